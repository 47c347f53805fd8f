"""Results of inventories as values of the clauses of a score table whose measure is a carbon figure."""
