"""What is done with key projects and municipal works."""
