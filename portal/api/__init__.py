"""API v1 over the selectors and services of the pages: lists as plain rows, writes by token (docs/api.md)."""
