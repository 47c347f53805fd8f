"""Text blocks of letters: proposed with a preview, decided by a second person, in force from a day."""
