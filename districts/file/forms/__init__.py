"""Forms of the district list, and of parties of a district."""
