"""Publicity and exchange events (九)."""
