"""Pages of the stage assessment."""
