"""Text blocks of letters: a new version is proposed with a preview, decided by a second person, and valid from a given day."""
