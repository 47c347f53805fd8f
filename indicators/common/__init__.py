"""Enumerations shared by all features of this app."""
