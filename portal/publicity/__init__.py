"""Announcements and notices as a searchable public list and as feeds."""
