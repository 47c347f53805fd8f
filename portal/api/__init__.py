"""API v1: the selectors and services of the pages. Lists are plain rows and read only; what is written are readings of meters."""
