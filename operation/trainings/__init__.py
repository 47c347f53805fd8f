"""Training of operating staff (七（三）2)."""
