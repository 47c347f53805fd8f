"""What the records of titled districts lack, asked of what the pages that need them go by; a constant number of queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.http import urlencode

from approvals.changes.change_kinds.boundary import BOUNDARY_CHANGE
from approvals.changes.change_kinds.pilot_baseline import PILOT_BASELINE, empty_list, lists_needed
from approvals.common.enums import BulkKind
from approvals.losses.models import RecordedAssessment, RecordedKind
from approvals.record_requests.enums import LineState, RequestState
from approvals.record_requests.gaps import WantedRecord, is_among
from approvals.record_requests.models import RecordRequest, RequestedRecord
from approvals.record_requests.rules import line_state, may_ask, request_state
from approvals.record_requests.selectors import latest_requests
from approvals.titles.columns import TITLE
from approvals.titles.models.publicity import Title
from approvals.titles.selectors import old_check_years
from assessments.common.calendar import FIRST_IN_FORCE, NO_DAY, StageTerms, self_check_windows, stage_cycles, stage_terms
from assessments.common.owed_papers import owes
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.selectors.opening import against_filling
from assessments.stage_assessments.models import StageAssessment
from districts.baselines.models import Baseline
from districts.boundaries.models import Boundary
from districts.common.enums import TITLED, BaselineKind, BoundaryKind, Stage, SystemStatus
from districts.facts.baseline_ratios import PILOT_WITHOUT_BASELINE
from districts.file.models.district import District
from districts.file.models.parties import DesignatedBody
from districts.file.rules import bodies_as, is_preparer
from districts.file.selectors.visibility import districts_edited_by, files_visible_to
from districts.indicator_systems.models import IndicatorSystem
from districts.overview.selectors.authority_progress import COUNTS, UNKNOWN, body_cell
from districts.overview.selectors.tasks import unscored_districts
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, Post
from greendistrict.accounts.post_rules import held_on
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.columns.base import is_nothing
from greendistrict.core.addresses import reverse
from greendistrict.core.days import day_in_words
from greendistrict.core.memoisation import held_reads
from obligations.titled_districts import NO_AUTHORITY, TitledDistrict, titled_districts
from portal.takeover.enums import Mender, Missing
from portal.takeover.rules import RecordGap, RecordRow, asked_records

FACTS = ("granted_on", "star")  # of a title: its terms count from the day, its acceptance is measured by the star
LISTED = {"plots": "plot_count", "works": "work_count", "key_projects": "project_count"}  # as 地块与项目 counts them
HAS = "has_"
SIGNING = {Role.PREPARER: "填报", Role.REVIEWER: "审核签发"}
UNRECORDED = "无记录"
PORTION = 20


def titled_in_sight(viewer: Viewer) -> QuerySet[District]:
    """Titled districts whose file the person may open."""
    return titled(files_visible_to(viewer))


def titled(districts: QuerySet[District]) -> QuerySet[District]:
    """Those of them that hold a title."""
    return districts.filter(stage__in=TITLED, guideline_area=False)


class KnownRecords(NamedTuple):
    """What is known of all districts of the page: duties, self-checks and stage assessments on record, standards."""

    today: dt.date
    duties: Mapping[int, TitledDistrict]
    checks: frozenset[tuple[int, int]]
    due: Mapping[int, dt.date]
    opened: Mapping[int, Collection[dt.date]]
    recorded: Mapping[int, Sequence[dt.date]]
    unscored: frozenset[int]
    terms: StageTerms


def takeover_rows(districts: QuerySet[District], today: dt.date) -> list[RecordRow]:
    """One row a district, with the addresses of all that is missing whoever adds it."""
    with held_reads():
        found = list(_with_records(districts, today))
        known = _known([district.pk for district in found], today)
        return [RecordRow(district, tuple(_gaps(district, known))) for district in found]


def with_requests(rows: Sequence[RecordRow], held: HeldPosts, today: dt.date) -> list[RecordRow]:
    """The rows with the latest request to each district, and where the reader asks for what it lacks if none stands open."""
    latest = latest_requests([row.district.pk for row in rows])
    found = []
    for row in rows:
        request = latest.get(row.district.pk)
        asked = asked_records(request, row.gaps, today) if request else None
        is_free = may_ask(held) and row.gaps and (asked is None or asked.state != RequestState.OPEN)
        ask = reverse("portal:record_ask", args=[row.district.code]) if is_free else ""
        found.append(row._replace(asked=asked, ask=ask))
    return found


def missing_records(districts: Collection[int], today: dt.date) -> dict[int, list[WantedRecord]]:
    """Entry of the registry ``approvals.record_requests.gaps``."""
    found = takeover_rows(titled(District.objects.filter(pk__in=districts)), today)
    return {row.district.pk: [gap.asked for gap in row.gaps] for row in found}


class RequestLine(NamedTuple):
    """An asked line: how far it is, and what is missing of it today with where the reader adds it."""

    line: RequestedRecord
    state: LineState
    gaps: tuple[RecordGap, ...]


def request_lines(viewer: Viewer, request: RecordRequest) -> tuple[RequestState, list[RequestLine]]:
    """How far a request and each of its lines are, against what the record of its district lacks today."""
    rows = rows_for(viewer, takeover_rows(titled(District.objects.filter(pk=request.district_id)), viewer.today))
    gaps = rows[0].gaps if rows else ()
    missing, lines = [gap.asked for gap in gaps], list(request.lines.all())
    state = request_state(request, lines, missing if rows else None)
    told = [RequestLine(line, line_state(line, missing), tuple(gap for gap in gaps if is_among(line.key, [gap.asked]))) for line in lines]
    return state, told


def lacks_records(districts: QuerySet[District], today: dt.date) -> bool:
    """Whether the records of any district lack something; looks at ``PORTION`` districts at a time and no further than needed."""
    keys = list(districts.order_by("pk").values_list("pk", flat=True))
    portions = (keys[start : start + PORTION] for start in range(0, len(keys), PORTION))
    return any(row.gaps for portion in portions for row in takeover_rows(districts.filter(pk__in=portion), today))


def rows_for(viewer: Viewer, rows: Iterable[RecordRow]) -> list[RecordRow]:
    """The rows with addresses of what the person adds; of the rest the page names who does."""
    held, edited = viewer.held, frozenset(districts_edited_by(viewer).values_list("pk", flat=True))
    leads = bodies_as(held, Role.AUTHORITY)
    is_officer = held.has(Role.CITY_OFFICER)

    def adds(district: District) -> dict[Mender, bool]:
        return {
            Mender.OFFICER: is_officer,
            Mender.AUTHORITY: is_officer or any(body.pk in leads for body in district.authorities.all()),
            Mender.PREPARER: is_preparer(held, district),
            Mender.EDITOR: district.pk in edited,
            Mender.KEEPERS: False,
        }

    found = []
    for row in rows:
        mine = adds(row.district)
        found.append(row._replace(gaps=tuple(gap if mine[gap.mender] else gap._replace(href="") for gap in row.gaps)))
    return found


def _with_records(districts: QuerySet[District], today: dt.date) -> QuerySet[District]:
    """The districts with what of their file is there (``has_…``), their bodies and their title."""
    posts = Post.objects.filter(held_on(today), user__is_active=True, organisation=OuterRef("applicant"))
    own = {"district": OuterRef("pk")}
    there: dict[str, QuerySet[Any]] = {
        **{kind: Boundary.objects.filter(kind=kind, **own) for kind in (BoundaryKind.AREA, BoundaryKind.PLAN)},
        **{role: posts.filter(role=role) for role in SIGNING},
        **{name: COUNTS[count][0]._default_manager.filter(COUNTS[count][1], **own) for name, count in LISTED.items()},
        "baseline": Baseline.objects.filter(kind=BaselineKind.PILOT, **own),
        "system": IndicatorSystem.objects.filter(status=SystemStatus.APPROVED, **own),
    }
    bodies = Prefetch("designated_bodies", DesignatedBody.objects.filter(until__isnull=True), to_attr="current_bodies")
    titles = Title.objects.filter(end="").select_related("announcement")
    return (
        districts.defer("boundary")
        .annotate(**{f"{HAS}{name}": Exists(rows) for name, rows in there.items()})
        .prefetch_related(
            Prefetch("authorities", Organisation.objects.prefetch_related(bodies)), Prefetch("titles", titles, to_attr="standing")
        )
    )


def _known(keys: list[int], today: dt.date) -> KnownRecords:
    of_these = {"district__in": keys}
    checks = SelfCheck.objects.filter(**of_these).values_list("district_id", "year")
    opened, recorded = defaultdict(set), defaultdict(list)
    for district, day in StageAssessment.objects.filter(**of_these).order_by().values_list("district_id", "due"):
        opened[district].add(day)
    counted = RecordedAssessment.objects.counted().filter(kind=RecordedKind.STAGE, **of_these)
    for district, day in counted.order_by().values_list("district_id", "concluded_on"):
        recorded[district].append(day)
    windows = self_check_windows(range(FIRST_IN_FORCE.year, today.year))
    return KnownRecords(
        today,
        {row.pk: row for row in titled_districts(keys)},
        frozenset((*checks, *old_check_years(keys))),
        {year: window.due for year, window in sorted(windows.items()) if window.due < today},
        opened,
        recorded,
        frozenset(unscored_districts().filter(pk__in=keys).values_list("pk", flat=True)),
        stage_terms(),
    )


def _gaps(district: District, known: KnownRecords) -> Iterator[RecordGap]:
    yield from _of_register(district)
    yield from _of_years(district, known)
    if district.stage == Stage.PILOT:
        yield from _of_stages(district, known)
        yield from _of_acceptance(district)


def _of_register(district: District) -> Iterator[RecordGap]:
    title: Title | None = next(iter(vars(district)["standing"]), None)
    history = reverse("approvals:take_over", args=[BulkKind.TITLES])
    if title is None:
        yield RecordGap(Missing.TITLE, f"称号{UNRECORDED}", Mender.OFFICER, history, ("record",))
    else:
        batch, page = title.announcement, _correction(title)
        unknown = {name: TITLE[name].label for name in FACTS if is_nothing(TITLE[name].of(title))}
        if unknown:
            yield RecordGap(Missing.TITLE, f"{'、'.join(unknown.values())}未查明", Mender.OFFICER, page, tuple(unknown))
        if not title.told_by:
            yield RecordGap(Missing.NOTICE, "公告批次未查明", Mender.OFFICER, page, ("batch",))
        elif batch and batch.historic and batch.scan_id is None and not batch.text:
            yield RecordGap(Missing.NOTICE, "没有公告原文和扫描件", Mender.OFFICER, page, ("paper",))
    bodies = list(district.authorities.all())
    if not bodies:
        yield RecordGap(Missing.AUTHORITY, NO_AUTHORITY, Mender.EDITOR, f"{_page('profile_edit', district)}#id_authorities")
    for body in bodies:
        if body_cell(body).words == UNKNOWN:
            href = reverse("districts:designated_body", args=[body.pk])
            yield RecordGap(Missing.BODY, f"{body.name}的区专门机构没有登记", Mender.AUTHORITY, href, (str(body.pk),))
    for missing, kind in ((Missing.AREA, BoundaryKind.AREA), (Missing.PLAN, BoundaryKind.PLAN)):
        if not _has(district, kind):
            yield RecordGap(missing, f"没有登记{kind.label}", Mender.PREPARER, _change(district, BOUNDARY_CHANGE.key))


def _of_years(district: District, known: KnownRecords) -> Iterator[RecordGap]:
    for refusal in against_filling(district):
        mender = Mender.EDITOR if refusal.href else Mender.OFFICER  # only the officer names an applicant
        href = refusal.href or reverse("districts:act_record", args=[district.code, "applicant"])
        yield RecordGap(Missing.FILLING, refusal.text, mender, href, ("type" if refusal.href else "applicant",))
    nobody = {role.value: word for role, word in SIGNING.items() if district.applicant_id and not _has(district, role)}
    if nobody:
        yield RecordGap(Missing.PEOPLE, f"申报主体没有{'、'.join(nobody.values())}人员", Mender.KEEPERS, parts=tuple(nobody))
    if district.pk in known.unscored:
        yield RecordGap(Missing.STANDARD, "没有可用的官方评价标准", Mender.OFFICER, reverse("indicators:edition_list"))
    owed = known.duties[district.pk]
    years = [
        str(year)
        for year, due in known.due.items()
        if owes(owed.stage, owed.held_since, year) and not owed.is_recorded(due) and (district.pk, year) not in known.checks
    ]
    if years:
        href = reverse("approvals:take_over", args=[BulkKind.CHECKS])
        yield RecordGap(Missing.CHECKS, f"{'、'.join(years)}年度自查{UNRECORDED}", Mender.OFFICER, href, tuple(years))


def _of_stages(district: District, known: KnownRecords) -> Iterator[RecordGap]:
    if not _has(district, "system"):
        yield RecordGap(Missing.SYSTEM, "无批准的指标体系记录", Mender.EDITOR, _page("indicator_system", district))
    if district.titled_on is None:
        title: Title | None = next(iter(vars(district)["standing"]), None)
        yield RecordGap(Missing.CYCLE, NO_DAY, Mender.OFFICER, _correction(title) if title else reverse("approvals:title_list"))
        return
    points = stage_cycles(district.titled_on, known.today, known.terms)
    held = {max((point.day for point in points if point.opens <= day), default=None) for day in known.recorded.get(district.pk, ())}
    held |= set(known.opened.get(district.pk, ()))
    owed = known.duties[district.pk]
    past = (point for point in points if point.last < known.today and not owed.is_recorded(point.last))
    days = [point.day for point in past if point.day not in held]
    if days:
        href = reverse("approvals:assessment_record", args=[district.code])
        words = f"{'、'.join(map(day_in_words, days))}到期的阶段评估{UNRECORDED}"
        yield RecordGap(Missing.STAGES, words, Mender.OFFICER, href, tuple(day.isoformat() for day in days))


def _of_acceptance(district: District) -> Iterator[RecordGap]:
    if _has(district, "baseline"):
        return
    yield RecordGap(Missing.BASELINE, PILOT_WITHOUT_BASELINE, Mender.PREPARER, _change(district, PILOT_BASELINE.key))
    for name in lists_needed(district):
        if not _has(district, name):
            refusal = empty_list(district, name)
            yield RecordGap(Missing(name), refusal.text.partition("，")[0], Mender.EDITOR, refusal.href)


def _correction(title: Title) -> str:
    """Where a title is put right: one that was recorded on its own page for that, else on that of its announcement."""
    if title.is_correctable:
        return reverse("approvals:title_correction", args=[title.pk])
    batch = title.announcement
    return reverse("approvals:announcement", args=[batch.pk]) if batch else reverse("approvals:title", args=[title.pk])


def _has(district: District, name: str) -> bool:
    found: bool = vars(district)[f"{HAS}{name}"]
    return found


def _page(name: str, district: District) -> str:
    return reverse(f"districts:{name}", args=[district.code])


def _change(district: District, kind: str) -> str:
    return f"{reverse('approvals:change_start')}?{urlencode({'district': district.code, 'kind': kind})}"
