"""Annual assessment report of a district and of the city: figures computed once, then PDF and XLSX from them."""
