"""Pages over several features: plot list and board, yearly watch, tabs, events, desk tasks, undo of imports."""
