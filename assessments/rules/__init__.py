"""Predicates of this app: who may do what to which object."""
