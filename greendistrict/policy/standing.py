"""How districts stand to each rule today: asked of whoever knows districts, so that the policy's page can say which rules fail."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from greendistrict.accounts.models import User


@dataclass(frozen=True)
class RuleStanding:
    """How many districts a rule was asked of, and how many do not meet it, are warned by it, or cannot answer."""

    asked: int
    failed: int
    warned: int
    without_data: int


Teller = Callable[[User, dt.date], Mapping[str, RuleStanding]]
_tellers: list[Teller] = []


def register_teller(teller: Teller) -> None:
    """Name who tells; called once, when the apps are ready."""
    _tellers[:] = [teller]


def standings(user: User, on: dt.date) -> Mapping[str, RuleStanding]:
    """Standing by rule id over the districts in this person's sight; empty while nobody tells."""
    return _tellers[0](user, on) if _tellers else {}
