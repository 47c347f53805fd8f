"""Pages of plot list, board and overview, of the yearly watch, and the undo of imports."""
