"""Personal data: what is kept of people and why, each person's own page, notice and consent, retention."""
