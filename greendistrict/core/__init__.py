"""Shared kernel: clock, working days, errors, numbers, forms, health and other basics used by all apps."""
