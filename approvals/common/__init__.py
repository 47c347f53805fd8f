"""Enumerations and small rules that every feature of cases uses."""
