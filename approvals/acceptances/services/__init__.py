"""Effects of the steps of an acceptance and of its site visit."""
