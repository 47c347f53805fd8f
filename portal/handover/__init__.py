"""Handing over a district's work when somebody leaves."""
