"""Tasks and obligations of a user from all apps."""
