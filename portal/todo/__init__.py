"""Tasks and due matters of one person over all apps."""
