"""Verification of a district's inventory of a year by a 核查机构 that the leading body mandates (七（三）4)."""
