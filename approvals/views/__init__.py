"""Pages: cases and their steps, papers, announcements, public pages."""
