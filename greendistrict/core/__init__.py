"""Small shared kernel: clock, working days, errors, numbers, forms."""
