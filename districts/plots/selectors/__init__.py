"""Selectors of plots: lists, boards, pages."""
