"""Webhooks: systems of token holders are told of events that their holder may see, signed, retried, on record."""
