"""Tabs, timeline events, progress over districts, desk tasks and the yearly watch."""
