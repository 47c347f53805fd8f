"""What a piece of work costs, counted: the same on an idle and a busy machine, unlike seconds."""

import cProfile
from collections.abc import Callable


def calls(work: Callable[[], object]) -> int:
    """Function calls of ``work``, those into compiled code among them."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def calls_of(function: Callable, work: Callable[[], object]) -> int:
    """How often ``work`` calls a function, by whichever name it was imported."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats() if entry.code is function.__code__)
