"""Seats, approval chain, and the state machine of each kind of case."""
