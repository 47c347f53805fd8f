"""Closing of a year: figures are frozen with two reference days, printed in reports, and corrected by further editions."""
