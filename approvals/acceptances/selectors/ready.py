"""Pilots that could request a final acceptance but have not: every gate of 八（三） holds and no acceptance is open."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.common.enums import CaseKind
from districts.common.enums import Stage
from districts.facts.facts import facts_of_many
from districts.file.models.district import District
from greendistrict.policy.engine import NoPolicyInForce, Verdict, blocking, evaluate, facts_asked
from greendistrict.policy.enums import PolicyStep
from greendistrict.policy.facts import Facts
from greendistrict.policy.in_force import policy_in_force


def pilots_not_asking(districts: QuerySet[District]) -> QuerySet[District]:
    """Pilots without an open acceptance."""
    under_way = Case.objects.filter(district=OuterRef("pk"), kind=CaseKind.ACCEPTANCE).exclude(status__in=CLOSED_STATES)
    return districts.filter(~Exists(under_way), stage=Stage.PILOT, guideline_area=False)


def ready_districts(districts: QuerySet[District], on: dt.date) -> list[tuple[District, list[Verdict]]]:
    """Those of ``districts`` that meet every gate, with its verdicts; empty without a policy in force. A constant number of queries."""
    pilots = pilots_not_asking(districts).filter(baselines__kind="pilot").distinct().order_by("is_demo", "name_pinyin")
    try:
        policy = policy_in_force(on)
    except NoPolicyInForce:
        return []
    rows = list(pilots)
    names = frozenset(name for rule in policy.rules if rule.step == PolicyStep.REQUEST for name in facts_asked(rule))
    facts, found = facts_of_many(rows, on, lambda _: names), []
    for district in rows:
        verdicts = evaluate(policy, PolicyStep.REQUEST, Facts(facts[district.pk]), on)
        if not blocking(verdicts):
            found.append((district, verdicts))
    return found
