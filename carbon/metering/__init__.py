"""Meters of districts: their readings, checks, monthly consumption, and what an inventory takes from them (七（三）4)."""
