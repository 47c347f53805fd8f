"""Cases and steps that came on paper and are entered by the city."""
