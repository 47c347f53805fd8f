"""Letters that every kind of case may send, on the sheet they share."""
