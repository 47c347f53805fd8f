"""Cases and steps that arrived on paper and are entered by the city (代录)."""
