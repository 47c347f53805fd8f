"""Final acceptance: its steps, its facts, the visit to the site."""
