"""Reasons for which a table is not scored."""


class ScoringRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Scoring refuses. ``chapter`` or ``item`` names what it is about; the text is for people."""

    def __init__(self, reason: str, *, chapter: str = "", item: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.chapter = chapter
        self.item = item


class EditionIncomplete(ScoringRefused):
    """The edition lacks points, weights, rules or levels."""


class ValueProblem(ValueError):  # noqa: N818 - what a person typed, answered in words
    """A value cannot be taken; the text says in Chinese what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
