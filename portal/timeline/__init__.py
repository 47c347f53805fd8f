"""Timeline of a district over all apps."""
