"""Plots and their control: attributes, green indicators, machines of control, opinions, later records."""
