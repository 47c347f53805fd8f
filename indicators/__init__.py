"""Standard editions, clauses, rules and pure scoring; knows no district."""
