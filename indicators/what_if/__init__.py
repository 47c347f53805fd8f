"""What-if scoring: changed values, and the fewest points that reach a level."""
