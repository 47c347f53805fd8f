"""Who owes what by when, and the reminder sweep."""
