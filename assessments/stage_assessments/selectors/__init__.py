"""Reading stage assessments."""
