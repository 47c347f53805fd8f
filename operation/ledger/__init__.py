"""The ledger of a district and year: all sections on one page, lists over districts, what is missing."""
