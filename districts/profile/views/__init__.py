"""Pages for registering a district and editing its profile."""
