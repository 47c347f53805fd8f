"""What search engines are told: the map of the public pages, and what they may read."""
