"""Read stage assessments."""
