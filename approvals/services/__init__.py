"""Writing: cases, endorsements, corrections, notices, announcements, titles."""
