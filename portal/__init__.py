"""Pages that compose all apps: work desk, district page, public pages."""
