"""Yearly reports: opening, figures, effects of filing and receipt."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments.yearly_reports import rules
from assessments.yearly_reports.calendar import report_dues
from assessments.yearly_reports.kinds import LONGEST, REPORT_SPECS, TITLED, owes
from assessments.yearly_reports.models import YearlyReport
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import organisation_named
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.papers import give
from greendistrict.core.reference_numbers import next_number
from greendistrict.documents.services import store
from greendistrict.policy.in_use import first_day_in_use
from greendistrict.workflow.procedure import BEGUN, Taken, hold, hold_version, notify_event


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
    notify_event(made, BEGUN)
    return made


@transaction.atomic
def save(*, report: YearlyReport, figures: Mapping[str, str], note: str, verifier: str, version: int, by: User) -> YearlyReport:
    """Keep figures (decimal texts by key, empty ones dropped) and words.

    Raises ``NotAllowed``, ``Refused`` (too long), ``Stale`` with what is stored.
    """
    locked: YearlyReport = hold(report)
    NotAllowed.unless(rules.may_fill(by, locked), "现在不能填写；刚才填写的内容没有保存，可以复制留用")
    if len(note) > LONGEST:
        raise Refused([Refusal(f"说明最多{LONGEST}字，现有{len(note)}字", field="note")])
    hold_version(locked, version)
    known = {one.key for one in REPORT_SPECS[locked.kind].figures}
    locked.figures = {key: text for key, text in figures.items() if key in known and text}
    locked.note, locked.verifier = note.strip(), verifier.strip()
    locked.verifier_body = organisation_named(locked.verifier)
    locked.version += 1
    locked.save(update_fields=["figures", "note", "verifier", "verifier_body", "version"])
    return locked


@transaction.atomic
def keep_file(*, report: YearlyReport, upload: "UploadedFile[Any]", part: str, by: User) -> None:
    """Add a file; the report's version counts up, so that nobody hands it up from a page without it. Raises what ``store`` raises."""
    locked: YearlyReport = hold(report)
    store(owner=locked, upload=upload, kind=part, title=f"{locked.year}年度{part}", by=by)
    locked.version += 1
    locked.save(update_fields=["version"])


def on_hand_up(taken: Taken) -> None:
    """Another person has to sign."""
    taken.obj.handed_up_by = taken.by


def on_sign(taken: Taken) -> None:
    """The report gets its number, once, and the code printed on it."""
    report = taken.obj
    report.number = report.number or next_number(REPORT_SPECS[report.kind].prefix, clock.now().year)
    report.filed_at = clock.now()
    give(report)


def on_receive(taken: Taken) -> None:
    """The report counts for its year."""
    taken.obj.received_at = clock.now()
