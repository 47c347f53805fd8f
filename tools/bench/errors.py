"""Errors of the benchmark."""


class BenchError(RuntimeError):
    """A path gave a wrong result, so that its time is meaningless; the message names it."""
