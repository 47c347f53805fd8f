"""Site map and robots.txt for search engines."""
