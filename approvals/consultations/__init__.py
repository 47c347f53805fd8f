"""Partner departments are asked about a case and answer."""
