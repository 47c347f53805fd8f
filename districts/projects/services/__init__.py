"""Write key projects and municipal works."""
