"""Recording changes of plots, and taking them back."""
