"""Measures against carbon: their library, the forecast with them, scenarios on a copy, and what each tonne costs (七（一）3)."""
