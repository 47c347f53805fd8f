"""Read self-checks: visibility, blocking findings, tasks.

Also here: Pictures in the sections of a report: files of the district, shown and printed only if the reader may see them. Achieved values
by year, from a district's received self-checks.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from assessments.common import owed_papers
from assessments.common.calendar import Window, not_yet_open, receiving_day, self_check_due, self_check_windows
from assessments.findings.selectors.check import RowFinding
from assessments.findings.selectors.plausibility import findings
from assessments.score_page.selectors.table_drawer import files_of, library_of
from assessments.self_checks.lifecycle import SELF_CHECK, countersigns, countersigns_filed, signs
from assessments.self_checks.models import SIGNED_STATES, SelfCheck, SelfCheckState
from assessments.self_checks.report import SECTIONS
from assessments.self_checks.selectors.report import copied_texts, stale_figures
from assessments.tables import rules
from assessments.tables.models import ScoreTable, TableVersion
from assessments.tables.registry import TableOwner
from assessments.tables.selectors.tables import score_tables_visible_to
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.core import clock, workdays
from greendistrict.core.errors import Refused
from greendistrict.core.layout_text import LayoutKind, layout_blocks
from greendistrict.core.memoisation import held_reads
from greendistrict.core.toned_words import TonedWord
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence, Upload
from greendistrict.documents.office.inspection import inspect, strip_metadata
from greendistrict.documents.printable import IMAGES, is_there, printable
from greendistrict.documents.selectors import readable
from greendistrict.policy import parameters
from greendistrict.policy.dates import TermSettings
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task

ENDINGS = ("jpg", "jpeg", "png")


def pictures_for(viewer: Viewer, check: SelfCheck) -> QuerySet[Evidence]:
    """Pictures of the district's library that may be inserted; classified ones are excluded because they are not printed."""
    library = readable(viewer, library_of(check.table)).filter(content_type__in=IMAGES)
    return library.exclude(confidentiality=Confidentiality.CLASSIFIED)


def same_picture(viewer: Viewer, check: SelfCheck, content: bytes, name: str) -> Evidence | None:
    """The library's picture with this content, or None. Raises ``Refused`` if the content is not an acceptable picture."""
    ending = name.rpartition(".")[2].lower()
    Refused.unless(ending in ENDINGS, f"{ending or '没有扩展名'}格式，请另存为 jpg 或 png 后再插入")
    kind = inspect(name, BytesIO(content), len(content), settings.GD_UPLOAD_MAX_BYTES)
    kept = sha256(strip_metadata(name, kind, content)).hexdigest()
    return pictures_for(viewer, check).filter(sha256=kept).first()


def held_uploads(viewer: Viewer, check: SelfCheck) -> QuerySet[Upload]:
    """Complete uploads of this user for the report that are not stored as files yet."""
    return Upload.objects.filter(by=viewer.person, owner=subject_of(check.table), received=F("size"))


def pictures_named(text: str) -> set[str]:
    """Keys of the pictures referred to in a text."""
    return {block.file for block in layout_blocks(text) if block.kind == LayoutKind.PICTURE}


def pictures_in(texts: Iterable[str], district: int, viewer: Viewer | None = None) -> dict[str, bytes]:
    """Printable content of the pictures in these texts, by key: only the district's own, unclassified ones. No query without any."""
    keys = set[str]().union(*map(pictures_named, texts))
    if not keys:
        return {}
    found = _own(keys, district).exclude(confidentiality=Confidentiality.CLASSIFIED)
    contents = ((one, printable(one)) for one in (readable(viewer, found) if viewer else found))
    return {str(one.key): content for one, content in contents if content is not None}


def _own(keys: Iterable[str], district: int) -> QuerySet[Evidence]:
    return files_of(district).filter(key__in=keys, content_type__in=IMAGES)


def unprinted(check: SelfCheck) -> list[RowFinding]:
    """Pictures of the report that are not printed (``pictures_in``), with the reason. No query without any."""
    named = [
        (one, block) for one in SECTIONS for block in layout_blocks(str(check.report.get(one.key, ""))) if block.kind == LayoutKind.PICTURE
    ]
    own = {str(one.key): one for one in _own({block.file for _, block in named}, check.district_id)} if named else {}
    return [
        RowFinding(f"自评报告“{section.title}”的插图“{block.lines[0]}”不会印出：{why}", blocks=False, chapter=section.key)
        for section, block in named
        if (why := _why_unprinted(own.get(block.file)))
    ]


def _why_unprinted(picture: Evidence | None) -> str:
    if picture is None or not is_there(picture):
        return "图片文件不在本城区的材料中，请重新插入"
    return picture.quarantine or (f"图片标为“{Confidentiality.CLASSIFIED.label}”，请换一张或移除" if picture.is_classified else "")


OPEN_STATES = (SelfCheckState.DRAFT, SelfCheckState.RETURNED)
HANDED_TO_CITY = (SelfCheckState.FILED, SelfCheckState.RECEIVED)
# SQL and parameters that tell the obligations whether each self-check was handed in.
HANDED_IN_ROWS = (
    "SELECT %s AS kind, id, district_id, year, filed_at IS NOT NULL AND status = ANY(%s) AS met FROM assessments_selfcheck",
    (owed_papers.SELF_CHECK, list(SIGNED_STATES)),
)


def self_checks_visible_to(viewer: Viewer) -> QuerySet[SelfCheck]:
    """Self-checks whose table the user sees; city and secretariat see the state of each one, but no unsubmitted values."""
    held = viewer.held
    checks = SelfCheck.objects.select_related("district", "table", "table__district", "table__edition")
    if held.is_city or held.has(Role.SECRETARIAT):
        return checks
    return checks.filter(table__in=score_tables_visible_to(viewer).order_by().values("pk"))


def report_findings(check: SelfCheck) -> list[RowFinding]:
    """Missing sections of the report; all of them block."""
    missing = [section for section in SECTIONS if not str(check.report.get(section.key, "")).strip()]
    return [RowFinding(f"自评报告“{section.title}”未填", blocks=True, chapter=section.key) for section in missing]


def all_findings(check: SelfCheck, today: dt.date) -> list[RowFinding]:
    """All findings of the check in table and report, blocking ones first."""
    rows = findings(check.table, today)
    found = [*rows, *report_findings(check), *copied_texts(check), *stale_figures(check, today, rows), *unprinted(check)]
    return sorted(found, key=lambda one: not one.blocks)


def blocking_texts(found: Iterable[RowFinding]) -> list[str]:
    """Blocking findings as self-contained texts."""
    return [f"{one.item_id} {one.title}：{one.text}" if one.item_id else one.text for one in found if one.blocks]


OBLIGATION = owed_papers.SELF_CHECK


def deadline_of(check: SelfCheck, window: Window | None = None) -> owed_papers.Deadline:
    """Last day of filing it, after waiver or extension."""
    usual = window.due if window else self_check_due(check.year)
    return owed_papers.deadline(owed_papers.yearly_key(OBLIGATION, check.district_id, check.year), usual)


def late_word(check: SelfCheck, today: dt.date, deadline: owed_papers.Deadline | None = None) -> TonedWord:
    """逾期, 逾期报送 or empty; late filing is allowed and marked."""
    filed = clock_date(check.filed_at) if check.status in SIGNED_STATES else None
    return (deadline or deadline_of(check)).late_word(filed, today)


def is_late(check: SelfCheck, due: dt.date, today: dt.date) -> bool:
    """Whether it was filed after the day ``due``, or is not filed although the day is over."""
    filed = clock_date(check.filed_at) if check.status in SIGNED_STATES else None
    return bool(owed_papers.Deadline(due).late_word(filed, today))


def returned_items(table: ScoreTable) -> frozenset[str]:
    """Clauses named when the self-check of the table was returned."""
    findings = SelfCheck.objects.filter(table=table).values_list("findings", flat=True).first()
    return frozenset(one["item_id"] for one in findings or () if one["item_id"])


def late_condition(windows: Mapping[int, Window], today: dt.date) -> Q:
    """The condition of ``late_word`` as a query, for the given years."""
    moved, condition = owed_papers.decided(OBLIGATION), Q(pk__in=())
    for year, window in windows.items():
        apart = [district for district, of in moved if of == year]
        condition |= Q(year=year) & ~Q(district__in=apart) & _late_after(window.due, today)
    for (district, year), day in moved.items():
        if day is not None and year in windows:
            condition |= Q(year=year, district=district) & _late_after(day, today)
    return condition & (Q(status__in=SIGNED_STATES) | ~owed_papers.of_ended_titles())


def filed_by(day: dt.date) -> Q:
    """Condition: filed with the city by the end of ``day``."""
    after = clock.end_of(day)
    return Q(status__in=HANDED_TO_CITY, filed_at__lt=after)


def _late_after(day: dt.date, today: dt.date) -> Q:
    """Condition: filed after ``day``, or not filed although it is over."""
    filed, after = Q(status__in=SIGNED_STATES), clock.end_of(day)
    late = filed & Q(filed_at__gte=after)
    return late | ~filed if today > day else late


def clock_date(moment: dt.datetime | None) -> dt.date | None:
    """Business date of a moment."""
    return moment.astimezone(clock.SHANGHAI).date() if moment else None


OWNER = TableOwner("self_check", SelfCheck, ("id", "district", "table", "year", "status", "findings"), returned_items)


@dataclass(frozen=True)
class ListedCheck:
    """A line of the list; ``check`` is None if it is owed and nobody has opened it."""

    check: SelfCheck | None
    district: str
    is_demo: bool
    year: int
    status: str
    tone: str
    due: dt.date
    late: TonedWord
    total: Decimal | None = None
    waived: bool = False
    due_mark: str = ""
    begun_at: str = ""

    @property
    def address(self) -> str:
        """The page of the self-check, or where it is begun."""
        return reverse("assessments:selfcheck", args=[self.check.pk]) if self.check else self.begun_at


def listed(checks: Iterable[SelfCheck], windows: Mapping[int, Window], today: dt.date) -> list[ListedCheck]:
    """Lines of the list; the total is that of the last submission, so that unsubmitted figures are not disclosed."""
    lines = []
    for check in checks:
        window, state = windows[check.year], SELF_CHECK.state(check.status)
        day = deadline_of(check, window)
        late = late_word(check, today, day)
        scored = check.table.result.get("total") if check.table.submitted_at else None
        about = (check, check.district.name, check.district.is_demo, check.year)
        total, mark = Decimal(scored) if scored else None, day.mark("selfcheck.due")
        lines.append(ListedCheck(*about, state.label, state.tone, day.day, late, total, day.waived, mark))
    return lines


def listed_unopened(row: owed_papers.UnopenedPaper, today: dt.date) -> ListedCheck:
    """The line of a self-check that nobody has opened."""
    late = owed_papers.LATE if row.is_late(today) else owed_papers.IN_TIME
    about, mark = (None, row.district, row.is_demo, row.year, row.status, "neutral"), row.deadline.mark("selfcheck.due")
    return ListedCheck(*about, row.due, late, due_mark=mark, begun_at=row.page)


@among(lambda: SelfCheck.objects.exclude(status=SelfCheckState.RECEIVED))
def tasks_for(viewer: Viewer) -> list[Task]:
    """Self-checks that wait for this user now: to fill in, sign, countersign, receive."""
    held = viewer.held
    if not held.has(Role.PREPARER, Role.CONSULTANT, Role.REVIEWER, Role.AUTHORITY, Role.CITY_OFFICER):
        return []
    waiting = [(check, _task_words(viewer, check)) for check in _may_wait(viewer, held)]
    with held_reads():
        windows = self_check_windows(check.year for check, found in waiting if found)
        return [
            _task(check, *found, *_task_day(check, windows[check.year]))
            for check, found in waiting
            if found and not (check.status not in SIGNED_STATES and deadline_of(check, windows[check.year]).ended)
        ]


def _task_day(check: SelfCheck, window: Window) -> tuple[dt.date | None, str]:
    """The city's day of receipt for a filed one, else the district's last day; the setting it is counted from, unless it was moved."""
    if check.status != SelfCheckState.FILED or check.filed_at is None:
        deadline = deadline_of(check, window)
        return deadline.awaited_on, "" if deadline.moved else "selfcheck.due"
    came = check.countersigned_at if check.countersign_required and check.countersigned_at else check.filed_at
    day = receiving_day(came.astimezone(clock.SHANGHAI).date(), window, TermSettings(parameters.load(), workdays.current()))
    return day, "receive_days"


def _may_wait(viewer: Viewer, held: HeldPosts) -> QuerySet[SelfCheck]:
    """Self-checks that may wait for this user; for the city's 经办 only filed ones."""
    checks = self_checks_visible_to(viewer).exclude(status=SelfCheckState.RECEIVED)
    if not held.is_city:
        return checks
    columns = ("status", "year", "opened_at", "filed_at", "countersigned_at", "countersign_required", "district__name", "district__is_demo")
    return checks.filter(status=SelfCheckState.FILED).select_related(None).select_related("district").only(*columns)


def _task_words(viewer: Viewer, check: SelfCheck) -> tuple[str, str] | None:
    """(title, kind) of the user's task, or None."""
    held = viewer.held
    if check.status in OPEN_STATES:
        title = "按退回意见补充自查" if check.status == SelfCheckState.RETURNED else "填报年度自查"
        return (title, "fill") if rules.may_edit_table(held, check.table) else None
    if check.status == SelfCheckState.SIGNING:
        early = not_yet_open(check.year, viewer.today)
        title = f"审核年度自查（{early}）" if early else "审核签发年度自查"
        return (title, "sign") if signs(held, check) else None
    if check.status == SelfCheckState.COUNTERSIGNING:
        return ("会签年度自查", "countersign") if countersigns(held, check) else None
    if check.status == SelfCheckState.FILED and countersigns_filed(held, check):
        return "会签年度自查", "countersign"
    return ("接收年度自查", "receive") if rules.is_city_officer(held, check) else None


def _task(check: SelfCheck, title: str, kind: str, due: dt.date | None, rests_on: str) -> Task:
    return Task(
        title=title,
        subject=str(check),
        link=reverse("assessments:selfcheck", args=[check.pk]),
        since=check.filed_at if kind == "receive" else check.opened_at,
        due=due,
        kind=f"self_check.{kind}",
        is_demo=check.district.is_demo,
        rests_on=rests_on,
    )


def received_values(viewer: Viewer, district: District, *, edition: str) -> dict[int, dict[str, Any]]:
    """Year → item id → stored value, from received versions of visible self-checks under this edition.

    Values under another edition are left out, because the same number may denote another clause there.
    """
    return received_by_district(viewer, {district.pk: edition}).get(district.pk, {})


def received_by_district(viewer: Viewer, editions: Mapping[int, str]) -> dict[int, dict[int, dict[str, Any]]]:
    """As ``received_values`` for several districts, each with the code of its edition; one query."""
    tables = self_checks_visible_to(viewer).filter(district__in=editions, status=SelfCheckState.RECEIVED).values("table_id")
    versions = TableVersion.objects.filter(table_id__in=tables, counts=True).order_by("content__year")
    received: dict[int, dict[int, dict[str, Any]]] = {}
    names = ("table__self_check__district", "content__edition__code", "content__year", "content__rows")
    for district, edition, year, rows in versions.values_list(*names):
        if edition == editions[district]:
            received.setdefault(district, {})[year] = {row["item_id"]: row["value"] for row in rows}
    return received
