"""Experts whom an applicant asks to leave out before the draw, and bodies named for a table."""
