"""Public pages: home, register, samples, verification."""
