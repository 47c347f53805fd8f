"""Code shared by every matter that a district files with the city: dates, permissions, lists, transitions and messages."""
