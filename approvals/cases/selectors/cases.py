"""Visible cases, and last days of the current step of a case.

Also here: Last days of receipt and formal review that were extended or waived by decision, read from the registry of obligations.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Q, QuerySet

from approvals.cases.enums import AT_RECEIPT, CaseState
from approvals.cases.models.cases import CLOSED_STATES, Case, Correction
from approvals.cases.terms import days_held, handling_term
from approvals.common.enums import CaseKind
from assessments.common.owed_papers import decisions
from districts.file.models.district import ConsultantMandate, District
from districts.file.rules import bodies_as, mandate_in_force
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.policy.dates import TermSettings
from greendistrict.policy.parameters import Parameters
from greendistrict.workflow.history import passed, stays, steps_column

# State in which a case owes the obligation. Its key ends with how often the case has been in that state: ``accept_case:case-7:1``.
OWED_IN = {"accept_case": CaseState.SENT, "form_review": CaseState.ACCEPTED}
DecidedTerms = Mapping[int, dt.date | None]


def decided_terms(today: dt.date) -> DecidedTerms:
    """As of today, by case id: the decided new last day of the current term, or None if it was waived. Few cases have an entry."""
    found: dict[tuple[int, str], dict[int, dt.date | None]] = defaultdict(dict)
    for key, day in decisions().items():
        kind, _, rest = key.partition(":")
        if kind in OWED_IN:
            case, _, number = rest.removeprefix("case-").partition(":")
            found[int(case), OWED_IN[kind]][int(number)] = day
    if not found:
        return {}
    cases = Case.objects.filter(pk__in={pk for pk, _ in found}, status__in=OWED_IN.values()).annotate(steps=steps_column(Case))
    told: dict[int, dt.date | None] = {}
    for pk, status, steps in cases.order_by().values_list("pk", "status", "steps"):
        running = stays(passed(steps), (status,), today)
        if running and running[-1].number in found[pk, status]:
            told[pk] = found[pk, status][running[-1].number]
    return told


# A loss of title is visible to the city only until the holder is notified (事先告知).
READABLE_BY_HOLDER = ~Q(kind=CaseKind.LOSS) | Q(submitted_at__isnull=False)


def cases_visible_to(viewer: Viewer) -> QuerySet[Case]:
    """Cases visible to a person.

    Applicant and consultant see their own from the draft on, the designated body from submission, the city from 报送, secretariat and
    partner departments from receipt. Experts see the review and bureaus their assigned score-table rows, but not the case; keepers see
    none.
    """
    held = viewer.held
    if not viewer.is_somebody or held.is_keeper or not held.roles:
        return Case.objects.none()
    return Case.objects.filter(_seen_by(viewer, held))


def _seen_by(viewer: Viewer, held: HeldPosts) -> Q:
    condition = Q(pk__in=())
    if applicants := held.organisations_as(Role.PREPARER, Role.REVIEWER):
        condition |= Q(applicant_id__in=applicants) & READABLE_BY_HOLDER
    if consultants := held.organisations_as(Role.CONSULTANT):
        mandates = ConsultantMandate.objects.filter(mandate_in_force(held.day), organisation_id__in=consultants)
        condition |= Q(district_id__in=mandates.values("district_id")) & READABLE_BY_HOLDER
    if bodies := bodies_as(viewer.held, Role.AUTHORITY):
        led = District.authorities.through.objects.filter(organisation_id__in=bodies)
        condition |= Q(submitted_at__isnull=False, district_id__in=led.values("district_id"))
    if held.is_city:
        condition |= Q(sent_at__isnull=False)
    if held.has(Role.SECRETARIAT, Role.PARTNER):
        condition |= Q(accepted_at__isnull=False)
    return condition


def losses_under_way() -> QuerySet[Case]:
    """Open loss-of-title cases (取消 and 撤销), oldest first."""
    rows = Case.objects.filter(kind=CaseKind.LOSS).exclude(status__in=CLOSED_STATES)
    return rows.select_related("district", "loss").order_by("created_at", "pk")


ROUNDS = Correction.objects.order_by("round")


def handling_due(
    case: Case, settings: Parameters, calendar: workdays.WorkCalendar, today: dt.date, *, asked: bool = True
) -> dt.date | None:
    """Last day for receipt and formal review (setting ``form_review_days``), extended by the days the applicant held the case.

    None for a case that came back after a review (修改后重审): it has no second formal review. ``asked=False``: the caller knows that the
    applicant was never asked for anything, so nothing is queried.
    """
    if case.status not in AT_RECEIPT or case.sent_at is None or case.review_id is not None:
        return None
    return receipt_due(day_of(case.sent_at), settings, calendar, days_held(case, calendar, today) if asked else 0)


def receipt_due(sent: dt.date, settings: Parameters, calendar: workdays.WorkCalendar, held: int = 0) -> dt.date:
    """Last day for receipt and formal review of a case submitted on ``sent``; ``held``: working days it lay with the applicant."""
    return handling_term(sent, TermSettings(settings, calendar), held)


def due_of(
    case: Case,
    settings: Parameters,
    calendar: workdays.WorkCalendar,
    today: dt.date,
    *,
    decided: DecidedTerms,
    asked: bool = True,
) -> dt.date | None:
    """Last day of the current step, from a setting, a notice or a decided extension (``decided``); ``asked`` as in ``handling_due``."""
    if case.status == CaseState.CORRECTING:
        rounds = list(case.corrections.all())
        return rounds[-1].due if rounds else None
    if case.kind == CaseKind.LOSS:
        due = case.loss.hearing_due if case.status == CaseState.HEARING else None
        return due if due and today <= due else None  # a right has a last day, but using it is never late
    if case.pk in decided:
        return decided[case.pk]
    return handling_due(case, settings, calendar, today, asked=asked)


def day_of(moment: dt.datetime) -> dt.date:
    """Date of a moment in Shanghai."""
    return moment.astimezone(clock.SHANGHAI).date()


def open_application(district: District) -> Case | None:
    """The district's open application, or None."""
    cases = Case.objects.filter(district=district, kind=CaseKind.APPLICATION).exclude(status__in=CLOSED_STATES)
    return cases.select_related("district", "table", "review").first()
