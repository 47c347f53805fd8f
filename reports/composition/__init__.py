"""A report or letter as data: composed once, rendered as PDF, Word, Excel, JSON and CSV with the same words."""
