"""Pages of editions and of keeping them."""
