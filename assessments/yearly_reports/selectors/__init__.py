"""Read yearly reports."""
