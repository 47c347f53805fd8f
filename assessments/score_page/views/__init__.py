"""Views of the page of a score table and its fragments."""
