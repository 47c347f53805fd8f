"""Plots and plot control (七（二）): attributes, green indicators, control tables, opinions, checks, records entered later."""
