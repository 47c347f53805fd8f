"""Rows of a score table assigned to a bureau or a person, with a deadline of their own."""
