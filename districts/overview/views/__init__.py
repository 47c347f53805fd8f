"""Pages of plot list, board and overview, progress of authorities, undo of imports."""
