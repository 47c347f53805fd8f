"""Workbook of one area or all ten: indicators, figures, tasks with their quarters, evaluations."""
