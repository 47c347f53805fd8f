"""Final acceptance (终期验收): state machine, facts for its guards, and the site visit."""
