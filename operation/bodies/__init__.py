"""Bodies that manage and run a district."""
