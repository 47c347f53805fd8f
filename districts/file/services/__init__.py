"""Writing parties and sources of a file; locks and version checks of everything in it."""
