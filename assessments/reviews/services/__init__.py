"""Writing reviews, from opening to conclusion."""
