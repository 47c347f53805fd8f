"""Services of yearly reports: opening, figures, text, effects of filing and receipt."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments.common.enums import YearlyReportKind
from assessments.common.owed_papers import OF_REPORT, against_beginning, owes, waived
from assessments.common.services import Autosave
from assessments.self_checks.report import with_figures
from assessments.yearly_reports import lifecycle
from assessments.yearly_reports.kinds import LONGEST, REPORT_SPECS, report_dues
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.report import KEYS
from assessments.yearly_reports.selectors.text import has_text, last_text, offered_in
from districts.common.enums import TITLED
from districts.file.models.district import District
from districts.file.rules import may_edit_district
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import organisation_named, posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused, Stale
from greendistrict.core.papers import give
from greendistrict.core.reference_numbers import next_number
from greendistrict.core.row_faults import one_by_one
from greendistrict.core.writing import writing
from greendistrict.documents.services import store, store_bytes
from greendistrict.documents.spreadsheets import XLSX
from greendistrict.policy.parameters import first_day_in_use
from greendistrict.workflow.procedure import BEGUN, Taken, hold, hold_version, notify_event, take

SECTION = Autosave(
    table="assessments_yearlyreport",
    row="r.id = %(report)s AND r.status = ANY(%(open)s)",
    columns={"text": "jsonb_set(r.text, ARRAY[%(key)s], to_jsonb(%(text)s::text))"},
    version="text_version",
)


def open_due(today: dt.date) -> list[YearlyReport]:
    """Open the reports on past years for every titled district with an applicant in the portal; idempotent.

    Reports due before the portal was in use and waived ones are not opened. Earlier years are owed if a title was entered late.
    """
    since = first_day_in_use()
    asked = [key for key, due in report_dues(range(since.year - 1, today.year)).items() if due >= since]
    not_asked = {(kind, year, district) for kind, obligation in OF_REPORT.items() for district, year in waived(obligation)}
    districts = District.objects.filter(stage__in=TITLED, applicant__isnull=False, guideline_area=False).order_by("pk")
    there = not_asked | set(YearlyReport.objects.filter(year__gte=since.year - 1).values_list("kind", "year", "district_id"))
    wanted = [
        (district, kind, year)
        for district in districts
        for kind, year in asked
        if (kind, year, district.pk) not in there and owes(district.stage, district.held_since, year)
    ]
    opened = one_by_one("open-yearly-reports", wanted, lambda one: _open_one(*one), called=lambda one: f"{one[0]} {one[2]}年度 {one[1]}")
    return [report for report in opened if report is not None]


def against_opening(district: District, year: int, today: dt.date) -> list[Refusal]:
    """What stands against opening a report on a year today."""
    early = [] if year < today.year else [Refusal(f"{year}年度的报告自{year + 1}年1月1日起填报")]
    return [*early, *against_beginning(district)]


@transaction.atomic
def begin(*, district: District, kind: str, year: int, by: User) -> YearlyReport:
    """Open an owed report before the nightly job does. Raises ``NotAllowed``, ``Refused`` with all that stands against it."""
    NotAllowed.unless(may_edit_district(posts_of(by), district), "报告由申报主体填报人开始填报")
    if found := against_opening(district, year, clock.today()):
        raise Refused(found)
    made = _open_one(district, kind, year, by)
    if made is None:
        msg = f"{year}年度{YearlyReportKind(kind).label}已经开始填报"
        raise Refused(msg)
    audit.record(action="yearly_report.begin", by=by, obj=made)
    return made


@transaction.atomic
def _open_one(district: District, kind: str, year: int, by: User | None = None) -> YearlyReport | None:
    made, new = YearlyReport.objects.get_or_create(district=district, kind=kind, year=year, defaults={"opened_at": clock.now()})
    if not new:
        return None
    notify_event(made, BEGUN, by)
    return made


@writing
def save(
    *,
    report: YearlyReport,
    figures: Mapping[str, str],
    note: str,
    verifier: str,
    version: int,
    by: User,
    explained: Mapping[str, str] | None = None,
) -> YearlyReport:
    """Save figures (decimal texts by key, empty ones dropped), note, verifier, and explanations by ``FigureGap.key`` unless None.

    Raises ``NotAllowed``, ``Refused`` (too long), ``Stale`` with what is stored.
    """
    locked: YearlyReport = hold(report)
    NotAllowed.unless(lifecycle.may_fill(posts_of(by), locked), "现在不能填写；刚才填写的内容没有保存，可以复制留用")
    if len(note) > LONGEST:
        raise Refused([Refusal(f"说明最多{LONGEST}字，现有{len(note)}字", field="note")])
    hold_version(locked, version)
    known = {figure.key for figure in REPORT_SPECS[locked.kind].figures}
    locked.figures = {key: text for key, text in figures.items() if key in known and text}
    locked.note, locked.verifier = note.strip(), verifier.strip()
    locked.verifier_body = organisation_named(locked.verifier)
    if explained is not None:
        locked.explained = {key: line for key, text in explained.items() if (line := " ".join(text.split()))}
    locked.version += 1
    locked.save(update_fields=["figures", "note", "verifier", "verifier_body", "explained", "version"])
    return locked


@transaction.atomic
def keep_file(*, report: YearlyReport, upload: "UploadedFile[Any]", part: str, by: User) -> None:
    """Add a file and count up the report's version, so that nobody hands it up from a page without the file.

    Raises what ``store`` raises.
    """
    locked: YearlyReport = hold(report)
    store(owner=locked, upload=upload, kind=part, title=f"{locked.year}年度{part}", by=by)
    locked.version += 1
    locked.save(update_fields=["version"])


def save_text(*, report: YearlyReport, key: str, text: str, version: int, by: User) -> int:
    """Save one section of the text with a version check; returns the new version.

    Raises ``NotAllowed``, ``Closed``, ``Refused`` (too long), ``Stale`` with the text stored now.
    """
    NotAllowed.unless(may_edit_district(posts_of(by), report.district), "您可以查看这份报告，不能填报")
    Refused.when(key not in KEYS or not has_text(report), "报告没有这一节")
    if len(text) > LONGEST:
        raise Refused([Refusal(f"最多{LONGEST}字，现有{len(text)}字", field=key)])
    values: dict[str, Any] = {"key": key, "text": text, "report": report.pk, "version": version, "open": list(lifecycle.OPEN)}
    saved = SECTION.save(values)
    return int(saved[0][0]) if saved else _explain(report, key, text)


def _explain(report: YearlyReport, key: str, text: str) -> int:
    stored = YearlyReport.objects.get(pk=report.pk)
    Closed.when(stored.status not in lifecycle.OPEN, "报告已送审或报送，不能再改；刚才填写的内容没有保存，可以复制留用")
    current = str(stored.text.get(key, ""))
    if current == text:
        return stored.text_version
    msg = "这一节刚才有人改过，请选定用哪一个"
    raise Stale(msg, current=(current, stored.text_version))


def take_over(*, report: YearlyReport, keys: Iterable[str], version: int, by: User) -> list[str]:
    """Copy last year's text into those of the sections that are empty; returns the sections filled. Raises as ``save_text``."""
    last, taken = last_text(report), []
    for key in keys:
        text = last.texts.get(key, "") if last else ""
        if text.strip() and not str(report.text.get(key, "")).strip():
            version = save_text(report=report, key=key, text=text, version=version, by=by)
            taken.append(key)
    return taken


def draft(*, report: YearlyReport, version: int, by: User) -> list[str]:
    """Insert the portal's current figures into the sections that are empty; returns the sections filled.

    Raises as ``save_text``.
    """
    stored, drafted = {key: str(report.text.get(key, "")) for key in KEYS}, []
    for key, figures in offered_in(report, stored, clock.today()).items():
        sentences = [figure.dated for figure in figures if figure.sentence]
        if sentences and not stored[key].strip():
            version = save_text(report=report, key=key, text="\n\n".join(sentences), version=version, by=by)
            drafted.append(key)
    return drafted


def insert_figure(*, report: YearlyReport, key: str, figure: str, version: int, by: User) -> None:
    """Insert a current figure with its day into a section: at the end, or in place of an earlier one.

    Raises as ``save_text``, and ``Refused`` where there is nothing to state.
    """
    stored = str(report.text.get(key, ""))
    offered = offered_in(report, {key: stored}, clock.today()).get(key, [])
    found = next((one for one in offered if one.key == figure and one.sentence), None)
    if found is None:
        msg = "平台现在没有这项数据"
        raise Refused(msg)
    save_text(report=report, key=key, text=with_figures(found.label, stored, found.dated), version=version, by=by)


@dataclass(frozen=True)
class VerifiedReport:
    """A verification report signed by its verifier in the portal: figures as decimal texts, both papers as workbooks."""

    figures: Mapping[str, str]
    verifier: Organisation
    report: bytes
    opinion: bytes


@transaction.atomic
def file_verified(*, district: District, year: int, verified: VerifiedReport) -> YearlyReport:
    """File a year's verification report as signed by the verifier; one already filed with the city stays unchanged."""
    kind = YearlyReportKind.CARBON
    made, _ = YearlyReport.objects.get_or_create(district=district, kind=kind, year=year, defaults={"opened_at": clock.now()})
    report: YearlyReport = hold(made)
    if report.status in lifecycle.HANDED_IN:
        return report
    report.figures = {**report.figures, **verified.figures}
    report.verifier, report.verifier_body = verified.verifier.name, verified.verifier
    report.save(update_fields=["figures", "verifier", "verifier_body"])
    for part, content in zip(REPORT_SPECS[kind].parts, (verified.report, verified.opinion), strict=True):
        store_bytes(
            owner=report,
            content=content,
            name=f"{part.title}.xlsx",
            content_type=XLSX,
            kind=part.title,
            title=f"{year}年度{part.title}（已签发）",
            demo=district.is_demo,
        )
    take(obj=report, action="verified", by=None, version=None)
    return report


def on_hand_up(taken: Taken) -> None:
    """Store who handed it up; another person has to sign."""
    taken.obj.handed_up_by = taken.by


def on_sign(taken: Taken) -> None:
    """Assign number (once) and verification code."""
    report = taken.obj
    report.number = report.number or next_number(REPORT_SPECS[report.kind].prefix, clock.now().year)
    report.filed_at = clock.now()
    give(report)


def on_receive(taken: Taken) -> None:
    """Store when the report was received; from then on it counts for its year."""
    taken.obj.received_at = clock.now()
