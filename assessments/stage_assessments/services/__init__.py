"""Services of stage assessments."""
