"""Webhooks: signed notifications of events that the registering person may see, with retries and a delivery log."""
