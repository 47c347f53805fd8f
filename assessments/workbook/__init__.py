"""A score table as a workbook: out with guidance, drop-downs and hidden keys, back as a comparison cell by cell. Writes nothing."""
