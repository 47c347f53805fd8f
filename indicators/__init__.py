"""Standard editions, clauses, rules and pure scoring; independent of districts."""
