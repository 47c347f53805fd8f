"""One act on many cases at once, and history taken over from lists."""
