"""Selectors of key projects and municipal works."""
