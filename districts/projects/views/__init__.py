"""Pages of key projects and municipal works."""
