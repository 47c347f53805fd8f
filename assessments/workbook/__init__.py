"""A score table as a workbook: export with guidance, drop-downs and hidden keys; import as a comparison cell by cell."""
