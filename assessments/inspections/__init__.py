"""Supervision on site: inspections, their findings, and how they are put right."""
