"""Management bodies of a district."""
