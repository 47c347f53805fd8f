"""Figures for the yearly examination of the districts."""
