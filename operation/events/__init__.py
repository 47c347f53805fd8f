"""Publicity and exchange (九)."""
