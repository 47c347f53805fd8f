"""Registering a district and editing its profile and mandates."""
