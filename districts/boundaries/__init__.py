"""Boundaries of a district by kind and version: upload, check, adoption, outline on the map."""
