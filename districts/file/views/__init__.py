"""Pages of the district list and of parties, and helpers that every page of a district uses."""
