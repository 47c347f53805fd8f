"""Policies as data: rules, settings, and the pure engine that evaluates them."""
