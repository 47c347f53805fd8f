"""Files under the clauses of a score table: uploaded or picked, with the page that proves the clause."""
