"""Tables of titles and of what was taken over from before the portal."""
