"""Workbooks that people fill in and bring back: what they look like, how they are opened, read, compared and sent back."""
