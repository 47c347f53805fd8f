"""State machines of a review and of scores that came on paper."""
