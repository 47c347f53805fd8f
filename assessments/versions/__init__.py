"""Submitted versions of score tables: frozen, signed by a receipt, compared, restored."""
