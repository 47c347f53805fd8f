"""Tags of the pages about what falls due."""
