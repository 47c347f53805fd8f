"""Forms of plots, plot control and records entered later."""
