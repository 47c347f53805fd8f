"""Opinions of expert panels: the body that replies to each, and its check before closing."""
