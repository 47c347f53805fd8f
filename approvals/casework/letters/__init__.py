"""Letters whose text depends on the kind of case."""
