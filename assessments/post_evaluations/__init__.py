"""Post-evaluation (后评估) after acceptance: yearly sample, report of the district, conclusion of the city."""
