"""Read plans, and what is owed and waits in them."""
