"""Recent steps from the transition log that a person may see.

A step is shown only if the selector of the object's page shows the object to the person. Steps inside the applicant's organisation before
submission are shown to it only; of a review, the district's side sees only the conclusion.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse

from approvals.cases.disclosure import is_between_offices
from approvals.cases.enums import CaseState
from approvals.cases.lifecycle import is_case_machine
from approvals.cases.selectors.cases import cases_visible_to
from assessments.inspections.selectors import inspections_visible_to
from assessments.post_evaluations.selectors import evaluations_visible_to
from assessments.reviews.rules import oversees_reviews
from assessments.reviews.selectors.reviews import reviews_visible_to
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from assessments.stage_assessments.selectors.stages import stages_visible_to
from assessments.yearly_reports.selectors.yearly_reports import reports_visible_to
from carbon.inventories.selectors import inventories_visible_to
from carbon.verification.selectors import verifications_visible_to
from districts.file.models.district import District
from districts.file.selectors.visibility import districts_visible_to, own_keys
from districts.indicator_systems.selectors import systems_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.django_internals import Compiled
from greendistrict.workflow import timeline
from greendistrict.workflow.models import TransitionRecord

# Left out: score tables follow their self-check or case, editions belong to no district, panel seats are confidential.
SHOWN = (
    "application", "self_check", "stage_assessment", "inspection", "post_evaluation", "yearly_report", "review", "indicator_system",
    "carbon_inventory", "carbon_verification", "district",
)  # fmt: skip
# Titles entered from public records are old; their day of entry is not news.
HISTORIC = ("record_pilot", "record_demonstration")
INTERNAL = frozenset({CaseState.DRAFT, CaseState.SIGNING, CaseState.DISCARDED})
CANDIDATES = 60
SCOPE = District._meta.label_lower


@dataclass(frozen=True)
class RecentStep:
    """One line: who did what to which object, and when; ``href`` opens the object, ``key`` identifies it."""

    title: str
    subject: str
    at: dt.datetime
    side: str
    href: str
    label: str = ""
    note: str = ""
    who: str = ""
    key: str = ""


@dataclass(frozen=True)
class _Kind:
    """How objects of one kind are found and linked."""

    visible_to: Callable[[Viewer], QuerySet[Any]]
    address: Callable[[Any], str]
    key: str = "pk"


KINDS: dict[str, _Kind] = {
    "approvals.case": _Kind(cases_visible_to, lambda pk: reverse("approvals:case", args=[pk])),
    "assessments.selfcheck": _Kind(self_checks_visible_to, lambda pk: reverse("assessments:selfcheck", args=[pk])),
    "assessments.stageassessment": _Kind(stages_visible_to, lambda pk: reverse("assessments:stage", args=[pk])),
    "assessments.inspection": _Kind(inspections_visible_to, lambda pk: reverse("assessments:inspection", args=[pk])),
    "assessments.postevaluation": _Kind(evaluations_visible_to, lambda pk: reverse("assessments:post", args=[pk])),
    "assessments.yearlyreport": _Kind(reports_visible_to, lambda pk: reverse("assessments:yearly_report", args=[pk])),
    "carbon.carboninventory": _Kind(inventories_visible_to, lambda pk: reverse("carbon:inventory", args=[pk])),
    "carbon.carbonverification": _Kind(verifications_visible_to, lambda pk: reverse("carbon:verification", args=[pk])),
    "assessments.review": _Kind(reviews_visible_to, lambda pk: reverse("assessments:review", args=[pk])),
    "districts.indicatorsystem": _Kind(
        systems_visible_to, lambda code: reverse("districts:indicator_system", args=[code]), "district__code"
    ),
    "districts.district": _Kind(districts_visible_to, lambda code: reverse("districts:district_detail", args=[code]), "code"),
}


def lately(viewer: Viewer, limit: int) -> list[RecentStep]:
    """Newest visible steps; experts and verifiers see only their own, keepers none. A constant number of queries."""
    held = viewer.held
    if held.is_keeper or not held.roles:
        return []
    rows = TransitionRecord.objects.filter(machine__in=SHOWN).exclude(action__in=HISTORIC)
    if held.roles <= {Role.EXPERT, Role.VERIFIER}:
        rows = rows.filter(actor=viewer.person)
    elif not (held.is_city or held.has(Role.SECRETARIAT, Role.PARTNER)):
        rows = rows.filter(scope__in=_scopes(viewer))
    return _happenings(viewer, rows.order_by("-at", "-pk")[:CANDIDATES])[:limit]


def of_district(viewer: Viewer, district: District) -> list[RecentStep]:
    """Every visible step of a district, newest first."""
    return _happenings(viewer, OF_SCOPE.read(district.timeline_scope))


OF_SCOPE = Compiled(lambda scope: TransitionRecord.objects.filter(scope=scope, machine__in=SHOWN).order_by("-at", "-pk"), "scope")


def done_by(viewer: Viewer, limit: int) -> list[RecentStep]:
    """The person's own steps, newest first, even if the object is not visible any more."""
    rows = TransitionRecord.objects.filter(actor=viewer.person).exclude(machine="score_table").order_by("-at", "-pk")[:limit]
    records = list(rows)
    addresses = _addresses(viewer, records)
    return [_happening(record, addresses.get(record.subject, ""), today=viewer.today, inside=True) for record in records]


def _happenings(viewer: Viewer, rows: Iterable[TransitionRecord]) -> list[RecentStep]:
    records = list(rows)
    addresses = _addresses(viewer, records)
    held = viewer.held
    # who fills in or signs for a district may see its inner steps
    own = _scopes(viewer) if records and held.has(Role.PREPARER, Role.REVIEWER, Role.CONSULTANT) else frozenset()
    oversees = oversees_reviews(held)
    inside = oversees or held.has(Role.PARTNER)
    return [
        _happening(record, addresses[record.subject], today=viewer.today, inside=inside)
        for record in records
        if record.subject in addresses
        and _may_know(record, viewer, own=own, oversees=oversees)
        and (inside or not _is_between_offices(record))
    ]


def _may_know(record: TransitionRecord, viewer: Viewer, *, own: frozenset[str], oversees: bool) -> bool:
    """Whether the person may see a step of an object that is visible to them."""
    if record.actor_id == viewer.person:
        return True
    if record.machine == "review":
        return oversees or record.action == "conclude"
    inner = record.target == CaseState.SIGNING or {record.source, record.target} <= INTERNAL
    return record.scope in own or not inner


def _is_between_offices(record: TransitionRecord) -> bool:
    return is_case_machine(record.machine) and is_between_offices(record.source, record.target, record.machine)


def _scopes(viewer: Viewer) -> frozenset[str]:
    return frozenset(f"{SCOPE}:{district}" for district in own_keys(viewer))


def _addresses(viewer: Viewer, records: list[TransitionRecord]) -> dict[str, str]:
    """URL by subject of the objects the person may open; one query."""
    wanted: dict[str, set[str]] = {}
    for record in records:
        label, _, key = record.subject.partition(":")
        wanted.setdefault(label, set()).add(key)
    found = [
        kind.visible_to(viewer)
        .order_by()
        .filter(pk__in=wanted[label])
        .values_list(Value(label, CharField()), Cast("pk", CharField()), Cast(kind.key, CharField()))
        for label, kind in KINDS.items()
        if label in wanted
    ]
    rows = found[0].union(*found[1:], all=True) if found else ()
    return {f"{label}:{pk}": KINDS[label].address(key) for label, pk, key in rows}


def _happening(record: TransitionRecord, href: str, *, today: dt.date, inside: bool) -> RecentStep:
    # Organisation and person; for outsiders, people of the city and the secretariat are named by their post only.
    if record.actor_id is None:
        who = "平台"
    elif not inside and record.seat.startswith(("市级", "评审")):
        who = record.seat
    else:
        who = " ".join(part for part in (record.organisation, record.actor_name) if part)
    label = timeline.action_label(record)
    note = record.reason if record.machine != "review" else ""  # the reasons of a review are in its minutes
    return RecentStep(f"{who}　{label}", record.label, record.at, _side(record.at, today), href, label, note, who, record.subject)


def _side(moment: dt.datetime, today: dt.date) -> str:
    """Time if today, 昨天, otherwise the date."""
    local = moment.astimezone(clock.SHANGHAI)
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.date() == today - dt.timedelta(days=1):
        return "昨天"
    year = "" if local.year == today.year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日"
