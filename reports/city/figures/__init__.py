"""Figures of the city's annual report by part, each with its source rows."""
