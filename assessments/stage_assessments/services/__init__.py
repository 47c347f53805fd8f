"""Writing stage assessments."""
