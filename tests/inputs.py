"""How many inputs a property test tries: a few with every change, thousands and other ones each time with ``make inputs``."""

from hypothesis import settings

SEARCH = "search"


def inputs(quick, many=10_000):
    """Settings of a property: ``quick`` examples, or ``many`` under ``--hypothesis-profile search``."""
    return settings(max_examples=many if settings.get_current_profile_name() == SEARCH else quick, deadline=None)
