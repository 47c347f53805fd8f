"""What the pages of acceptances read."""
