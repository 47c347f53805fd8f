"""Record changes of plots, and revoke them."""
