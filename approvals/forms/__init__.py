"""Forms: filters of lists, steps of a case, papers, announcements, public pages."""
