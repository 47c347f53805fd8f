"""Errors for tables that cannot be scored."""


class ScoringRefused(Exception):  # noqa: N818 - an answer to the person, not a fault
    """A table cannot be scored. ``chapter`` or ``item`` names the cause; the message is shown to people."""

    def __init__(self, reason: str, *, chapter: str = "", item: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.chapter = chapter
        self.item = item


class EditionIncomplete(ScoringRefused):
    """The edition lacks points, weights, rules or levels."""


class ValueProblem(ValueError):  # noqa: N818 - input error, explained to the person
    """A value is not accepted; the message says in Chinese what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
