"""Models of the stage assessment."""
