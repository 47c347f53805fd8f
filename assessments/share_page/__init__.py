"""Pages of shares: assignment of rows, filling them in, signing them off."""
