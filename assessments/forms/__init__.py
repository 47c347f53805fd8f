"""What people type, before the services see it."""
