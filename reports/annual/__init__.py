"""Annual assessment report of a district and of the city: figures once, then PDF and XLSX from them."""
