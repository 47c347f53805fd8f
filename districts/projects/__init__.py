"""Key projects and municipal works: models, plan of the key projects, photos."""
