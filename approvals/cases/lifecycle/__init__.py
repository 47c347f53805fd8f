"""Seats, approval chain and the machine that belongs to each kind of case."""
