"""Errors of the bench."""


class BenchError(RuntimeError):
    """A path did not answer as it should, so that its time means nothing; the text says which."""
