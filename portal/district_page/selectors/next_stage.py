"""离…还差什么: live policy check of a district for its next stage."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.urls import reverse

from approvals.applications.services.drafts import may_apply
from approvals.cases.models.cases import Case
from approvals.cases.selectors.cases import cases_visible_to
from approvals.casework.selectors.progress import checked_steps, open_case
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.file.rules import is_preparer
from districts.file.selectors.visibility import districts_of
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.engine import NoPolicyInForce, StepVerdicts
from greendistrict.policy.enums import Outcome, RuleLevel
from greendistrict.policy.in_force import policy_in_force
from indicators.editions.selectors import published_editions
from portal.district_page.selectors.presence import present_in


@dataclass(frozen=True)
class Gap:
    """Results by step with their counts; ``target`` is the next stage, ``note`` the basis of the check.

    ``failing`` are binding rules not fulfilled; for ``unknown`` ones data are missing; ``expected_not`` and ``expected`` are not decided
    yet and will fail or hold by current data; ``underway`` wait for somebody's work. Each of the five blocks its gate. ``start_href``:
    where the reader opens the application, once nothing does.
    """

    target: str
    note: str
    groups: list[StepVerdicts]
    failing: int
    unknown: int
    expected_not: int
    expected: int
    underway: int
    later: int
    warning: int
    duties: int
    policy: str
    policy_href: str
    at: dt.datetime
    case: Case | None
    go: str = "前往办理"
    start_href: str = ""

    @property
    def open(self) -> bool:
        """Whether nothing blocks the next step."""
        return self.failing + self.unknown + self.expected_not + self.expected + self.underway == 0


def gap_of(viewer: Viewer, district: District, *, edits: bool) -> Gap | None:
    """Check for the next stage; None without a next stage or a policy in force.

    Only users who may edit (``edits``) get links to pages where a failing fact can be corrected; others get links to the lists of the
    missing rows.
    """
    if district.guideline_area or district.stage == Stage.DEMONSTRATION:
        return None
    try:
        policy = policy_in_force(viewer.today)
    except NoPolicyInForce:
        return None
    any_open = "cases" in present_in(district, viewer.today)
    case = open_case(cases_visible_to(viewer), district, district.stage) if any_open else None
    groups = checked_steps(policy, district, district.stage, case, viewer.today)
    found = _gap(groups if edits else list(map(_only_lists, groups)), policy.code, case, viewer.moment, pilot=district.stage == Stage.PILOT)
    if not edits:
        return replace(found, go="查看缺的")
    return replace(found, start_href=_start_href(viewer, district) if found.open and case is None else "")


class Invitation(NamedTuple):
    """A district whose application nothing blocks any more, and where the reader opens it."""

    district: District
    href: str


def invitations(viewer: Viewer, most: int) -> list[Invitation]:
    """Own districts that may apply now; the policy is asked of the first so many only, because it reads a whole file for each."""
    own = districts_of(viewer).filter(applicant_id__in=viewer.held.organisations_as(Role.PREPARER))
    candidates = may_apply(own).exclude(type="").order_by("name_pinyin", "pk")[:most]
    checked = ((district, gap_of(viewer, district, edits=True)) for district in candidates)
    return [Invitation(district, gap.start_href) for district, gap in checked if gap and gap.start_href]


def _start_href(viewer: Viewer, district: District) -> str:
    """Where the reader opens an application for the district; empty for others and while none can be opened or scored."""
    if not is_preparer(viewer.held, district) or not may_apply(District.objects.filter(pk=district.pk)).exists():
        return ""
    if not published_editions(real=not district.is_demo).exists():
        return ""
    return reverse("approvals:case_start", query={"district": district.pk})


def _only_lists(group: StepVerdicts) -> StepVerdicts:
    return replace(group, verdicts=tuple(v if names_rows(v.href) else replace(v, href="") for v in group.verdicts))


def names_rows(href: str) -> bool:
    """Whether a URL is a list narrowed to the rows a fact lacks (``districts.facts``), which every reader of the file may open."""
    return "?missing=" in href or "?only=" in href


def _gap(groups: list[StepVerdicts], code: str, case: Case | None, at: dt.datetime, *, pilot: bool) -> Gap:
    counted: Counter[Any] = Counter()
    for group in groups:
        for verdict in group.verdicts:
            counted[verdict.level, verdict.look] += 1
            counted[verdict.level] += 1
    return Gap(
        target=str((Stage.DEMONSTRATION if pilot else Stage.PILOT).label),
        note="按试点基线实时核对" if pilot else "按现有资料实时核对",
        groups=groups,
        failing=counted[RuleLevel.MUST, Outcome.FAIL],
        unknown=counted[RuleLevel.MUST, "no_data"],
        expected_not=counted[RuleLevel.MUST, "will_fail"],
        expected=counted[RuleLevel.MUST, "will_hold"],
        underway=counted[RuleLevel.MUST, "underway"],
        later=counted[RuleLevel.MUST, Outcome.LATER],
        warning=sum(counted[RuleLevel.SHOULD, one] for one in (Outcome.WARN, "will_fail", "no_data")),
        duties=counted[RuleLevel.DUTY],
        policy=code,
        policy_href=reverse("policy:rule_list"),
        at=at,
        case=case,
    )
