"""Services of reviews, from opening to conclusion."""
