"""Pages of a version of the indicator system, its workbook, yearly values and change of edition."""
