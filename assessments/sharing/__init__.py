"""Rows of a score table given to a bureau or a person, with a day of their own."""
