"""Application configuration."""

from greendistrict.core import wired


class AssessmentsConfig(wired.WiredConfig):
    """Score tables, self-checks, expert reviews and the other assessments of districts."""

    name = "assessments"
