"""Services of a version: open, fill in, hand up, change; imports; yearly values; change of edition."""
