"""Write parties and sources of a file; locks and version checks for everything in it."""
