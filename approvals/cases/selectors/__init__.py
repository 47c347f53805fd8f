"""Cases in sight of a person, their materials and numbers in use."""
