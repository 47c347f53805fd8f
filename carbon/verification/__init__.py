"""Verification of a district's yearly inventory by a 核查机构 that the leading body mandates (七（三）4)."""
