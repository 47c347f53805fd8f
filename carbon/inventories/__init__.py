"""Inventories of districts, per year and edition (七（一）3, 七（三）4)."""
