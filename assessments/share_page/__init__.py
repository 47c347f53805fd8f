"""Pages of shared rows: who has which, filling them in, signing them off."""
