"""Tables of titles, announcements, amendments, remedies, and records from before the portal."""
