"""Template tags of the policy check."""
