"""Errors of the bench."""


class BenchError(RuntimeError):
    """A path gave a wrong answer, so that its time is meaningless; the text names it."""
