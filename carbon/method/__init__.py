"""Method page: on what inventories are computed, what they cover, and an example that the command recomputes."""
