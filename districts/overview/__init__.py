"""Pages that combine several features: plot list and board, progress of authorities, tabs, events, tasks, undo of imports."""
