"""The work desk."""
