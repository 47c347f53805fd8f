"""Tabs, timeline events, progress over districts, tasks, progress of authorities."""
