"""Workbook of one area or of all ten: indicators, figures, tasks with their quarters, evaluations."""
