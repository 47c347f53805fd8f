"""The report centre: requests, progress, history."""
