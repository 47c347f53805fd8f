"""Operation of districts (七（三）): the ledger of each year, on which duties, reports and assessments rest."""
