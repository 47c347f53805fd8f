"""Files of other programs: what they are, what they hold that they may not, their text, and their conversion. Knows no storage."""
