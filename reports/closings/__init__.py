"""Closing of a year: figures are frozen with their two days, printed in reports, and corrected by a further edition."""
