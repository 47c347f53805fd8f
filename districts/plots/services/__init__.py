"""Write plot control: steps, indicator values, opinions, backfills."""
