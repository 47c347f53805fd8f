"""Pages of opinions: those of the public and those of the city."""
