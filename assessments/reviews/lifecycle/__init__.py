"""State machines of a review and of paper scores."""
