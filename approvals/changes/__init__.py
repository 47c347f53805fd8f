"""Changes after a title was granted: district, boundary, baseline, indicator system, edition."""
