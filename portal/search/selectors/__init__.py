"""What a search finds, group by group."""
