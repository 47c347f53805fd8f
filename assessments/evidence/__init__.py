"""Evidence for the clauses of a score table: files uploaded or picked from the library, with the pages that prove the clause."""
