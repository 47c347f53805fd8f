"""Pages on which an application is prepared, checked and corrected."""
