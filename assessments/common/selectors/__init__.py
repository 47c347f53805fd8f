"""Which matters of districts a person sees, and lists that mix matters with those owed and never opened."""
