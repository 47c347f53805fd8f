"""Pages of the lists, and of what is owed and not begun."""
