"""Requests of the parties and their decisions."""
