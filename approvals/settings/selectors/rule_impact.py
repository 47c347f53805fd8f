"""Impact of another number in a policy rule: districts whose verdict changes, computed by the engine from today's facts."""

import datetime as dt
from decimal import Decimal

from django.urls import reverse

from approvals.changes.selectors import NEXT
from approvals.common.duties import AffectedGroup
from districts.common.enums import Stage
from districts.facts.facts import facts_of_many
from districts.file.models.district import District
from greendistrict.policy import parameters
from greendistrict.policy.engine import ask, facts_asked
from greendistrict.policy.enums import Outcome, PolicyStep
from greendistrict.policy.facts import Facts
from greendistrict.policy.rule_parameters import RuleParameter, rule_parameters, with_value

SHOWN = 5
ASKED_LATER = (Stage.DEMONSTRATION,)


def rule_touches(key: str, value: Decimal | None, today: dt.date) -> list[AffectedGroup]:
    """Districts to which the rule applies today; with ``value`` also those whose verdict would change."""
    found = rule_parameters()[key]
    now = parameters.get(key).value
    working = District.objects.filter(guideline_area=False, applicant__isnull=False).exclude(stage__in=ASKED_LATER)
    districts = [
        district
        for district in working.order_by("name_pinyin", "pk")
        if found.rule.step in NEXT.get(Stage(district.stage), (PolicyStep.FILE,))
        and (not found.rule.applies_to or district.type in found.rule.applies_to)
    ]
    facts = facts_of_many(districts, today, lambda _: facts_asked(found.rule))
    known = {district: Facts(facts[district.pk]) for district in districts}
    before = {district: _holds(found, now, known[district]) for district in districts}
    total = AffectedGroup("今天要核对这一条的城区", len(districts), reverse("portal:policy_rule", args=[found.rule.id]))
    if value is None:
        return [total, AffectedGroup("其中现在满足的", sum(before.values()))]
    after = {district: _holds(found, value, known[district]) for district in districts}
    lost = [district.name for district in districts if before[district] and not after[district]]
    won = [district.name for district in districts if after[district] and not before[district]]
    return [total, AffectedGroup(_named("由满足变为未满足", lost), len(lost)), AffectedGroup(_named("由未满足变为满足", won), len(won))]


def _holds(found: RuleParameter, value: Decimal, facts: Facts) -> bool:
    return ask(with_value(found.rule, value), facts).verdict == Outcome.PASS


def _named(words: str, names: list[str]) -> str:
    shown = "、".join(names[:SHOWN])
    return f"{words}：{shown}{'等' if len(names) > SHOWN else ''}" if names else words
