"""Forms of a plot, of its control and of later records."""
