"""Shared by opinions, requests, stories and events: receipts with a secret code, areas to file under, common views."""
