"""State machines as data, the one writer of state, and the outbox."""
