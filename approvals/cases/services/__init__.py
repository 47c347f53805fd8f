"""Steps, decisions, materials and numbers of any case."""
