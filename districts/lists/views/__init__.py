"""Pages of a row, a list, its workbook and the sources of its values."""
