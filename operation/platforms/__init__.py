"""Digital platforms of a district (七（三）3)."""
