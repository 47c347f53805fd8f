"""Shared by settings and text blocks: one person of the city proposes a change, another decides, then it takes effect."""
