"""Enums, rating of certainty and reference systems that every feature of this app shares."""
