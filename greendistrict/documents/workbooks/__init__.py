"""Workbooks that people fill in and send back: writing, opening, reading, comparing and returning them."""
