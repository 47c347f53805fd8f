"""Boundaries of a district by kind and version: upload, checks, adoption, outline on the map."""
