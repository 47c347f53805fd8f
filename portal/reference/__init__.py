"""Reference data of a new installation."""
