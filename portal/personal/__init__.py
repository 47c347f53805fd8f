"""Personal data: what is stored about people and why, each person's own page, privacy notice and consent, retention."""
