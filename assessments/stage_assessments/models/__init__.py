"""Stored things of the stage assessment."""
