"""API v1: read only, the same selectors as the pages, plain rows without model objects."""
