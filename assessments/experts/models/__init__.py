"""Stored things of the expert pool."""
