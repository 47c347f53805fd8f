"""Who may do what in a review."""
