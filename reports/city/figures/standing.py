"""Titles, stages and areas as of the snapshot day, and changes of titles in the year."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.lookups import GreaterThan
from django.urls import reverse

from approvals.casework.selectors.known_on_day import as_named_on, leading_on, name_on
from approvals.casework.selectors.titles_on_day import HeldTitle, areas_changed_since, titles_held_on
from approvals.changes.models import Change
from approvals.common.enums import LOST, TitleEnd, TitleKind
from approvals.titles.models.publicity import EarlierLoss, Title, gaps_of, held_on
from approvals.titles.selectors import with_undone
from districts.common.certainty import is_inferred
from districts.common.enums import Certainty, star_in_words
from districts.file.models.district import AdministrativeArea, District
from greendistrict.accounts.models import Organisation
from greendistrict.core import clock
from reports.city.sources import CityFigure, Reckoning, SourceRow
from reports.closings.registry import stock_day

NOT_GIVEN = "未查明"


@dataclass(frozen=True)
class StandingDistrict:
    """A district with the title it held on the day, from the decisions and never from the copies at the district.

    ``bodies`` are the keys of its leading bodies, ``areas`` the names of its 行政区.
    """

    district: District
    held: HeldTitle
    area_km2: Decimal | None
    bodies: tuple[int, ...]
    areas: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of the district."""
        return self.district.name

    @cached_property
    def href(self) -> str:
        """URL of the district's page."""
        return reverse("districts:district_detail", args=[self.district.code])

    @property
    def type_words(self) -> str:
        """Type, marked if inferred."""
        word = str(self.district.get_type_display())
        return f"{word}（推定）" if word and self.district.type_certainty != "sourced" else word or NOT_GIVEN

    @property
    def star_words(self) -> str:
        """Star of the title held."""
        return star_in_words(self.held.star, self.held.star_certainty) or NOT_GIVEN

    @property
    def area_is_inferred(self) -> bool:
        """Whether the area is inferred, or refers to another extent than the district's own."""
        return self.area_km2 is not None and is_inferred(self.district.fact_certainty, "面积")


@dataclass(frozen=True)
class TitleEvent:
    """A title granted, changed or lost in the year, with number and day of the decision."""

    district: str
    what: str
    on: dt.date
    title: str
    number: str
    reason: str
    href: str
    key: int = 0


@dataclass(frozen=True)
class RegisterEntry:
    """A title held on the day, as listed in the register."""

    district: str
    held: str
    star: str
    number: str
    granted_on: dt.date | None
    batch: str
    edition: str
    date_is_inferred: bool = False  # this and the next are unknown in editions closed before they were kept
    edition_is_inferred: bool = False


@dataclass(frozen=True)
class TitleStand:
    """Districts with a title on the snapshot day and on that of the year before, in the order of GB/T 2260.

    ``new_before`` and ``lost_before`` count titles gained and lost in the year before; None in editions closed before they were kept.
    """

    year: int
    on: dt.date
    before_on: dt.date
    is_demo: bool
    rows: tuple[StandingDistrict, ...]
    before: tuple[StandingDistrict, ...]
    events: tuple[TitleEvent, ...]
    register: tuple[RegisterEntry, ...]
    new_before: int | None = None
    lost_before: int | None = None

    @cached_property
    def by_district(self) -> Mapping[int, StandingDistrict]:
        """The rows by district."""
        return {row.district.pk: row for row in self.rows}

    @cached_property
    def new(self) -> tuple[StandingDistrict, ...]:
        """Districts that held no title a year before."""
        earlier = {row.district.pk for row in self.before}
        return tuple(row for row in self.rows if row.district.pk not in earlier)

    @property
    def districts(self) -> list[District]:
        """The ``District`` objects of the rows."""
        return [row.district for row in self.rows]

    def of_kind(self, kind: str) -> list[StandingDistrict]:
        """Rows with one of the two titles."""
        return [row for row in self.rows if row.held.kind == kind]


def standing(year: int, today: dt.date, *, demo: bool, whole: bool = True) -> TitleStand:
    """State of a year for demo or real districts, without events and register unless ``whole``; seven queries."""
    on, before_on, earlier_on = (stock_day(one, today) for one in (year, year - 1, year - 2))
    held, held_before, held_earlier = titles_held_on(on), titles_held_on(before_on), titles_held_on(earlier_on)
    found = District.objects.filter(pk__in={*held, *held_before}, is_demo=demo, guideline_area=False).defer("boundary")
    leading = ArraySubquery(Organisation.objects.filter(districts_led=OuterRef("pk")).values("pk"))
    placed = ArraySubquery(AdministrativeArea.objects.filter(districts=OuterRef("pk")).values("name"))
    districts = list(found.annotate(leading=leading, placed=placed).order_by("area_code", "name_pinyin", "pk"))
    as_named_on(on, districts)
    rows, before = _rows(districts, held, on), _rows(districts, held_before, before_on)
    ended = Q(end__in=LOST, ended_on__gt=earlier_on, ended_on__lte=before_on)
    lapsed = Q(lapsed_on__gt=earlier_on, lapsed_on__lte=before_on, stood_again_on__gt=before_on)
    lapsed |= Q(GreaterThan(EarlierLoss(before_on), earlier_on))
    lost = Title.objects.filter(ended | lapsed, district__is_demo=demo)
    return TitleStand(
        year=year,
        on=on,
        before_on=before_on,
        is_demo=demo,
        rows=rows,
        before=before,
        events=_events(before_on, on, demo=demo) if whole else (),
        register=_register(on, rows, demo=demo) if whole else (),
        new_before=sum(row.district.pk not in held_earlier for row in before),
        lost_before=lost.count(),
    )


def _rows(districts: Iterable[District], held: Mapping[int, HeldTitle], on: dt.date) -> tuple[StandingDistrict, ...]:
    changed = areas_changed_since(on)
    return tuple(
        StandingDistrict(
            row,
            held[row.pk],
            changed.get(row.pk, row.area_km2),
            leading_on(on, row.pk, vars(row)["leading"]),
            tuple(vars(row)["placed"]),
        )
        for row in districts
        if row.pk in held
    )


def _register(on: dt.date, stood: Iterable[StandingDistrict], *, demo: bool) -> tuple[RegisterEntry, ...]:
    """Titles held on the day, ordered by district; one query."""
    places = {row.district.pk: row for row in stood}
    held = Title.objects.filter(held_on(on), district__is_demo=demo, district__in=places).select_related("announcement")
    titles = held.order_by("district__area_code", "district__name_pinyin", "pk")
    return tuple(
        RegisterEntry(
            district=places[title.district_id].name,
            held=places[title.district_id].held.text,
            star=places[title.district_id].star_words,
            number=title.number,
            granted_on=title.granted_on,
            batch=title.announcement.word if title.announcement else "",
            edition=title.edition_text,
            edition_is_inferred=title.edition_certainty == Certainty.INFERRED,
            date_is_inferred=places[title.district_id].held.date_is_inferred,
        )
        for title in titles
    )


def _events(before_on: dt.date, on: dt.date, *, demo: bool) -> tuple[TitleEvent, ...]:
    """Titles begun, ended or standing again after the previous year's snapshot, and decided changes, oldest first; two queries."""
    period = (before_on + dt.timedelta(days=1), on)
    days = ("granted_on", "ended_on", "lapsed_on", "stood_again_on")
    within = Q(*((f"{day}__range", period) for day in days), _connector=Q.OR) | Q(earlier_gaps__len__gt=0)
    touched = with_undone(Title.objects.filter(within, district__is_demo=demo))
    events = []
    for title in touched.select_related("district", "announcement", "case", "end_case", "end_announcement").defer("district__boundary"):
        href = reverse("approvals:title", args=[title.pk])
        if title.granted_on and period[0] <= title.granted_on <= period[1]:
            number = title.case.decision_number if title.case else ""
            number = number or (title.announcement.number if title.announcement else "") or title.number
            name = f"{title.get_kind_display()}{f'（{title.star_words}）' if title.star else ''}"
            events.append(TitleEvent(name_on(title.district, on), "授予", title.granted_on, name, number, "", href, title.pk))
        for day, what, reason in _ends(title, on):
            if not day or not period[0] <= day <= period[1]:
                continue
            number = title.end_case.decision_number if title.end_case else ""
            number = number or (title.end_announcement.number if title.end_announcement else "")
            events.append(TitleEvent(name_on(title.district, on), what, day, str(title.get_kind_display()), number, reason, href, title.pk))
    first = dt.datetime.combine(period[0], dt.time(), tzinfo=clock.SHANGHAI)
    last = dt.datetime.combine(period[1], dt.time.max, tzinfo=clock.SHANGHAI)
    changes = Change.objects.filter(applied_at__range=(first, last), case__district__is_demo=demo).select_related("case__district")
    for change in changes.defer("case__district__boundary").order_by("applied_at", "pk"):
        case = change.case
        day = case.decided_on or (change.applied_at or first).astimezone(clock.SHANGHAI).date()
        what = "；".join(f"{line['what']}：{line['before']}→{line['after']}" for line in change.lines)
        case_page = reverse("approvals:case", args=[case.pk])
        events.append(TitleEvent(name_on(case.district, on), "变更", day, "", case.decision_number, what, case_page))
    return tuple(sorted(events, key=lambda one: (one.on, one.district)))


def _ends(title: Title, on: dt.date) -> Iterator[tuple[dt.date | None, str, str]]:
    """Day, word and reason of each end of a title known on a day; one whose decision was stayed by then is no loss, the title stands."""
    loss = title.stayed_word
    for lost, again in gaps_of(title):
        yield lost, f"{loss}（已停止执行）" if again and again <= on else loss, title.end_reason
        yield again, "恢复", f"{loss}决定停止执行"
    if title.end != TitleEnd.SUPERSEDED:
        yield title.ended_on, str(title.get_end_display()), title.end_reason


def figures_of(stood: TitleStand) -> tuple[CityFigure, ...]:
    """Figures: 试点, 示范, both, km², titles gained and lost in the year, with those of the year before."""
    pilots, demonstrations = (stood.of_kind(kind) for kind in (TitleKind.PILOT, TitleKind.DEMONSTRATION))
    before = {kind: sum(row.held.kind == kind for row in stood.before) for kind in TitleKind.values}
    lost = [event for event in stood.events if event.what in {str(end.label) for end in LOST}]
    areas = [row for row in stood.rows if row.area_km2 is not None]
    earlier = [row.area_km2 for row in stood.before if row.area_km2 is not None]
    return (
        CityFigure("pilot", "试点", "个", _titled(pilots), before=before[TitleKind.PILOT]),
        CityFigure("demonstration", "示范", "个", _titled(demonstrations), before=before[TitleKind.DEMONSTRATION]),
        CityFigure("titled", "试点与示范合计", "个", _titled(stood.rows), before=len(stood.before)),
        CityFigure(
            "area", "规划范围面积", "km²",
            tuple(SourceRow(row.name, row.held.text, row.href, row.area_km2 or 0) for row in areas),
            Reckoning.SUM, before=sum(earlier, Decimal(0)) if earlier else None, unknown=len(stood.rows) - len(areas),
        ),
        CityFigure("new", "本年新增", "个", _titled(stood.new), before=stood.new_before),
        CityFigure(
            "lost", "本年撤销或取消", "个",
            tuple(SourceRow(one.district, f"{one.title}{one.what}", one.href) for one in lost), before=stood.lost_before,
        ),
    )  # fmt: skip


def _titled(rows: Iterable[StandingDistrict]) -> tuple[SourceRow, ...]:
    return tuple(SourceRow(row.name, row.held.text, row.href) for row in rows)
