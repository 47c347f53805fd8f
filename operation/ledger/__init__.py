"""The ledger of a district and year: the page with all sections, the list of districts, missing records."""
