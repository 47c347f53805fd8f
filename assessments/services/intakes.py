"""Writing reports on a year of operation: opening, figures, filing by two people, receipt and return."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from assessments.calendar import report_dues
from assessments.intake import FORMS, LONGEST, TITLED, owes
from assessments.lifecycle.intake import YEARLY_REPORT
from assessments.models import YearlyReport
from assessments.rules import intakes as rules
from assessments.selectors.intakes import facts_of
from assessments.services.filed import Life, hold_version
from assessments.services.parties import people_of
from districts.models import District
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import organisation_named
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.numbers import next_number
from greendistrict.notifications.enums import Message
from greendistrict.policy.use import first_day_in_use
from greendistrict.workflow.models import TransitionRecord

LIFE = Life(
    model=YearlyReport,
    machine=YEARLY_REPORT,
    told={
        "hand_up": ("signer",),
        "send_back": ("filler",),
        "sign": ("officer", "authority"),
        "recall": ("officer",),
        "return": ("filler", "signer"),
        "receive": ("filler", "signer", "authority"),
    },
    message=Message.YEARLY_REPORT,
    page="assessments:intake",
    key="yearly_report",
)


def open_due(today: dt.date) -> list[YearlyReport]:
    """Open the reports on the year that is over, for every titled district somebody works for; safe to repeat.

    What fell due before the portal was in use is not asked for.
    """
    year, since = today.year - 1, first_day_in_use()
    kinds = [kind for (kind, _), due in report_dues([year]).items() if due >= since]
    districts = District.objects.filter(stage__in=TITLED, applicant__isnull=False, guideline_area=False).order_by("pk")
    there = set(YearlyReport.objects.filter(year=year).values_list("district_id", "kind"))
    wanted = [
        (district, kind)
        for district in districts
        for kind in kinds
        if (district.pk, kind) not in there and owes(district.stage, district.held_since, year)
    ]
    opened = [_open_one(district, kind, year) for district, kind in wanted]
    return [report for report in opened if report is not None]


@transaction.atomic
def _open_one(district: District, kind: str, year: int) -> YearlyReport | None:
    made, new = YearlyReport.objects.get_or_create(district=district, kind=kind, year=year, defaults={"opened_at": clock.now()})
    if not new:
        return None
    LIFE.send(made, f"{made}已开放填报", people_of(district, ("filler",)), key="opened")
    return made


@transaction.atomic
def save(*, report: YearlyReport, figures: Mapping[str, str], note: str, verifier: str, version: int, by: User) -> YearlyReport:
    """Keep figures (decimal texts by key, empty ones dropped) and words.

    Raises ``NotAllowed``, ``Refused`` (too long), ``Stale`` with what is stored.
    """
    locked = LIFE.locked(report)
    if not rules.may_fill(by, locked):
        msg = "现在不能填写；刚才填写的内容没有保存，可以复制留用"
        raise NotAllowed(msg)
    if len(note) > LONGEST:
        raise Refused([Refusal(f"说明最多{LONGEST}字，现有{len(note)}字", field="note")])
    hold_version(locked, version)
    known = {one.key for one in FORMS[locked.kind].figures}
    locked.figures = {key: text for key, text in figures.items() if key in known and text}
    locked.note, locked.verifier = note.strip(), verifier.strip()
    locked.verifier_body = organisation_named(locked.verifier)
    locked.version += 1
    locked.save(update_fields=["figures", "note", "verifier", "verifier_body", "version"])
    return locked


def take(*, report: YearlyReport, action: str, by: User, reason: str = "", version: int | None = None) -> TransitionRecord:
    """Take one step with what belongs to it, and tell those concerned. Raises as ``perform``; ``Stale`` for an old form."""
    asked = action in {"hand_up", "sign"}
    return LIFE.take(
        report, action, by, facts=lambda found: facts_of(found) if asked else {}, follow=_follow, reason=reason, version=version
    )


def _follow(report: YearlyReport, action: str, by: User | None, _reason: str) -> None:
    if action == "hand_up":
        report.handed_up_by = by
    elif action == "sign":
        report.number = report.number or next_number(FORMS[report.kind].prefix, clock.now().year)
        report.filed_at = clock.now()
    elif action == "receive":
        report.received_at = clock.now()
