"""Waivers of duties as they count: decided by 审定, checked by another person of the city."""

import datetime as dt

from greendistrict.workflow.second_person import check
from obligations.models import Exemption
from obligations.services import decide
from tests.factories.accounts import Cast


def waived_or_extended(key: str, people: Cast, reason: str = "演示理由（虚构）", extended_to: dt.date | None = None) -> Exemption:
    """The decision on the obligation of a key; without a day a waiver, which is then checked."""
    row = decide(obligation=key, by=people.city_director, reason=reason, extended_to=extended_to)
    return row if extended_to else check(row=row, by=people.city_officer)
