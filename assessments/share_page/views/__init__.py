"""Pages of shared rows."""
