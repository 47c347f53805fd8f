"""Titles of districts: grant, certificate, history and end."""
