"""Recent steps, from the transition log."""
