"""REST API v1, built on the selectors and services of the pages: lists as plain rows, writes by token (docs/api.md)."""
