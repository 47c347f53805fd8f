"""Titles of districts: grant, certificate, history, end."""
