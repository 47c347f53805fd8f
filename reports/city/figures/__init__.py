"""Figures of the city's annual report, part by part, each with the rows that add up to it."""
