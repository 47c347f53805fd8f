"""Reading yearly reports."""
