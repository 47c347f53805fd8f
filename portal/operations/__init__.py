"""State of the installation for the system keeper."""
