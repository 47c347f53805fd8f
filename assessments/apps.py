"""Application configuration."""

from greendistrict.core import wired


class AssessmentsConfig(wired.WiredConfig):
    """Score tables, expert review, self-checks."""

    name = "assessments"
