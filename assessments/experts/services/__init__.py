"""Writing the expert pool: entering, joining, changing, confirming, and import from a workbook."""
