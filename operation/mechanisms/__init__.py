"""Mechanisms of management (七（三）1) and the meetings and evaluations by which they work."""
