"""Recusals requested by an applicant before the draw, and bodies named as having worked on a table."""
