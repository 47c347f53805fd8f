"""Pages of a row, of a list, of its workbook and of the sources of its values."""
