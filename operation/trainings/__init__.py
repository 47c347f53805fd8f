"""Training of people who run a district (七（三）2)."""
