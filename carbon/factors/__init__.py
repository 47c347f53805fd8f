"""Emission factors of the portal: those of the data file plus versions that the city added by decision."""
