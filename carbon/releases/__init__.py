"""Release of a district's yearly carbon figure to the public, and its withdrawal (七（三）4)."""
