"""Pages of the district list and of parties, and helpers for every page of a district."""
