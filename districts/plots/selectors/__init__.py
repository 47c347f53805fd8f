"""Plots of a district, their board, page and lines of figures."""
