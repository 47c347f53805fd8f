"""Data of the public pages: title register, map, notices, announcements, and what a code or number of a paper refers to.

Published facts only; a number alone finds published objects, all others need the code. The tile map has one tile per 行政区 at its
approximate position, below them one per key area (四（二）). It draws no boundaries and therefore needs no 审图号.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.db import models
from django.db.models import F, QuerySet

from approvals.cases.models.correspondence import Notice
from approvals.casework.selectors.known_on_day import name_on
from approvals.casework.selectors.papers import KINDS as OF_CASES
from approvals.casework.selectors.titles_on_day import areas_changed_since
from approvals.publicity.selectors import amended, announcements_public, headline_of, notices_open
from approvals.titles.models.publicity import STANDING_UNKNOWN, Title, held_on
from approvals.titles.selectors import with_undone
from assessments.worklist.selectors import KINDS as OF_ASSESSMENTS
from districts.common.city_grid import GRID, SPECIAL
from districts.common.enums import TITLED, Certainty, Stage
from districts.common.tile_map import MapDistrict, SpecialTile, Tile, special_tiles, tile_map
from districts.file.models.district import District
from districts.file.selectors.lists import UNKNOWN, DistrictRow, district_rows
from districts.file.selectors.visibility import public_districts
from greendistrict.core import limits, workdays
from greendistrict.core.addresses import reverse
from greendistrict.core.codes import plain
from greendistrict.core.days import day_in_words
from greendistrict.core.folded_keys import folded_number
from greendistrict.core.models import IssuedFile, PaperCode
from greendistrict.core.papers import Paper, PaperKind, subject_of
from greendistrict.core.templatetags.gd import cn_datetime
from greendistrict.core.toned_words import TonedWord
from obligations.models import PortalOutage
from obligations.services import moved_by
from portal.publicity.selectors import note_of, standing_of
from reports.city.published import PUBLISHED
from reports.jobs.papers import KIND as REPORT

SHOWN_ANNOUNCEMENTS, SHOWN_OUTAGE_DAYS = 5, 60  # on the home page; pages of their own list all
CHECKS_A_MINUTE, FILES_A_MINUTE, MINUTE = 20, 6, 60
_CODE_OF = {name: code for code, (name, *_) in GRID.items()}
STANDING = ("stayed_since", "stayed_end", "standing_certainty")  # what the state of a title that has not ended follows from
OFFICIAL = PUBLISHED[-1]  # the city's latest published figure; it mixes 试点 and 示范 and names no districts
OFFICIAL_BASIS = f"{OFFICIAL.year}年底官方口径"
OFFICIAL_NOTE = f"{OFFICIAL_BASIS}，{OFFICIAL.source}"


class RegisterRow(NamedTuple):
    """One row of the title register; unknown facts are empty and shown as 未查明."""

    code: str
    name: str
    area_name: str
    area_guess: bool
    title: TonedWord
    title_guess: bool
    state: TonedWord
    star: str
    star_guess: bool
    type: str
    type_guess: bool
    km2: Decimal | None
    km2_guess: bool
    date: dt.date | None
    date_guess: bool
    number: str
    batch: str
    is_demo: bool

    @property
    def unknown(self) -> str:
        """What stands for a fact that has no value."""
        return UNKNOWN

    @property
    def doubt(self) -> str:
        """What stands below a title that is not simply valid: no source says that it still stands, or its loss is stayed."""
        return "" if self.state == "有效" else self.state


def register_of(rows: Iterable[DistrictRow]) -> list[RegisterRow]:
    """Titled districts of a list: 示范 before 试点, newest announcement first, unknown dates last."""
    told = Title.objects.filter(end="", district__in=public_districts()).values_list("district__code", *STANDING)
    word_of = cache(lambda *standing: Title(**dict(zip(STANDING, standing, strict=True))).state_word)  # most are alike
    return _in_order(rows, {code: word_of(*standing) for code, *standing in told})


def register_on(on: dt.date, rows: Iterable[DistrictRow], *, stage: str = "", star: str = "") -> list[RegisterRow]:
    """The register as it stood on a day, of these districts, and of one title or star.

    Title, star, number, batch, state, area and name are those of the day; type and location have no history.
    """
    titles = Title.objects.filter(district__in=public_districts()).select_related("district", "announcement").defer("district__boundary")
    in_order = with_undone(titles.filter(held_on(on))).order_by(F("granted_on").asc(nulls_first=True), "pk")
    held, known = {title.district.code: title for title in in_order}, set(titles.values_list("district__code", flat=True))
    areas, stood = areas_changed_since(on), []
    for row in rows:
        title = held.get(row.code)
        if title is not None:
            told = row._replace(name=name_on(title.district, on), area_km2=areas.get(title.district_id, row.area_km2), star=title.star)
            told = told._replace(stage=title.kind, status_certainty=title.certainty, star_certainty=title.star_certainty)
            told = told._replace(titled_on=title.granted_on, titled_on_certainty=title.date_certainty)
            stood.append(told._replace(title_batch=title.told_by, title_number=title.number))
        elif row.code not in known and (row.titled_on is None or row.titled_on <= on):
            stood.append(row)
    chosen = (row for row in stood if stage in {"", row.stage} and star in {"", str(row.star)})
    return _in_order(chosen, {code: title.state_on(on) for code, title in held.items()})


def _in_order(rows: Iterable[DistrictRow], states: Mapping[str, TonedWord]) -> list[RegisterRow]:
    found = [_register_row(row, states.get(row.code)) for row in rows if row.stage in TITLED and not row.guideline_area]
    return sorted(found, key=lambda row: (row.is_demo, row.title != Stage.DEMONSTRATION.label, -(row.date or dt.date.min).toordinal()))


def _register_row(row: DistrictRow, state: TonedWord | None) -> RegisterRow:
    return RegisterRow(
        code=row.code,
        name=row.name,
        area_name="、".join(row.areas),
        area_guess=row.place_is_inferred,
        title=row.stage_label,
        title_guess=row.stage_is_inferred,
        state=state or TonedWord(STANDING_UNKNOWN, "line"),
        star=row.star_label,
        star_guess=row.star_certainty == Certainty.INFERRED and row.star is not None,
        type=row.type_label,
        type_guess=row.type_certainty == Certainty.INFERRED,
        km2=row.area_km2,
        km2_guess=row.area_is_inferred,
        date=row.titled_on,
        date_guess=row.titled_on_certainty == Certainty.INFERRED and row.titled_on is not None,
        number=row.title_number,
        batch=row.title_batch,
        is_demo=row.is_demo,
    )


def public_rows() -> list[DistrictRow]:
    """All public districts in one query, real ones first."""
    return district_rows(districts_in_order())


def map_of(rows: Iterable[DistrictRow]) -> tuple[list[Tile], dict[str, int]]:
    """Tile map of the real districts with counts by kind; guideline areas and fictional districts are left out."""
    counts, places = {"demo": 0, "pilot": 0, "unknown": 0}, []
    for row, kind in ((row, kind) for row in rows if (kind := _kind(row))):
        counts[{"demo": "demo", "pilot": "pilot", "cand": "unknown"}[kind]] += 1
        inferred = "、".join(["称号"] * row.stage_is_inferred + ["所在区"] * row.place_is_inferred)
        href = reverse("portal:public_district", args=[row.code])
        place = MapDistrict("", row.name, kind, href, guess=inferred and f"（{inferred}为推定）")
        places += [replace(place, admin_code=_CODE_OF[name]) for name in row.areas[:1] if name in _CODE_OF]
    return tile_map(places), counts


def special_of(rows: Iterable[DistrictRow]) -> list[SpecialTile]:
    """Tiles of the key areas (四（二）) with the mapped districts known to lie in each; one query."""
    key_areas = dict(public_districts().exclude(key_areas=[]).values_list("code", "key_areas"))
    names = (key_areas.get(row.code, ()) for row in rows if _kind(row))
    return special_tiles(Counter(name for found in names for name in found if name in SPECIAL))


def _kind(row: DistrictRow) -> str:
    if row.is_demo or row.guideline_area:
        return ""
    return {Stage.DEMONSTRATION: "demo", Stage.PILOT: "pilot"}.get(Stage(row.stage), "cand" if row.stage_is_open else "")


def home_metrics(register: list[RegisterRow]) -> list[dict[str, Any]]:
    """Figures of real titles for the home page, 试点 and 示范 separately and together, with the official count."""
    real = [row for row in register if not row.is_demo]
    pilots = [row for row in real if row.title == Stage.PILOT.label]
    demos = [row for row in real if row.title == Stage.DEMONSTRATION.label]
    guessed = sum(row.title_guess for row in pilots)
    places = {row.area_name for row in real if row.area_name}
    days = {row.date for row in demos}
    day = next(iter(days)) if len(days) == 1 else None
    announced = f"{day_in_words(day)}公告" if day else "按公告名单"
    real_rows = f"{reverse('portal:register')}?kind=real"
    return [
        {"label": "试点", "value": len(pilots), "unit": "个", "note": f"已查明名称{f'，其中{guessed}个为推定' if guessed else ''}",
         "href": f"{real_rows}&title=pilot"},
        {"label": "示范", "value": len(demos), "unit": "个", "note": announced, "href": f"{real_rows}&title=demonstration"},
        {"label": "试点与示范合计", "value": len(real), "unit": "个", "note": f"分布在{len(places)}个区", "href": real_rows},
        {"label": "全市个数", "value": OFFICIAL.count, "unit": "个", "note": f"{OFFICIAL_BASIS}，名单未查明"},
        {"label": "全市面积", "value": OFFICIAL.area_words, "unit": "km²", "note": OFFICIAL_BASIS},
    ]  # fmt: skip


def notice_items(today: dt.date) -> list[dict[str, Any]]:
    """Notices open today with the working days left; two queries when there are any, one otherwise."""
    notices: list[Notice] = list(notices_open(today))
    calendar = workdays.current() if notices else None
    return [
        {
            "title": notice.title,
            "href": reverse("approvals:notice", args=[notice.pk]),
            "days": calendar.left(today, notice.closes_on),
            "note": f"{day_in_words(notice.opens_on)}至{day_in_words(notice.closes_on)}，期内可提出意见",
            "is_demo": notice.case.district.is_demo,
        }
        for notice in notices
        if calendar is not None
    ]


def announcement_items() -> list[dict[str, Any]]:
    """Latest announcements, the districts they name, and whether they were corrected or withdrawn; four queries."""
    rows = list(announcements_public().prefetch_related(amended())[:SHOWN_ANNOUNCEMENTS])
    return [
        {
            "title": headline_of(row),
            "href": reverse("approvals:announcement", args=[row.pk]),
            "date": row.announced_on,
            "note": note_of(row),
            "state": standing_of(row),
            "is_demo": row.is_demo,
        }
        for row in rows
    ]


def may_check(address: str) -> bool:
    """Whether this address may look up another number: a limit per minute."""
    key = f"portal:verify:{limits.place_of(address)}"
    return limits.within(key, CHECKS_A_MINUTE, seconds=MINUTE)


def may_check_file(address: str) -> bool:
    """Whether this address may check another file: a limit per minute."""
    return limits.within(f"portal:verify-file:{limits.place_of(address)}", FILES_A_MINUTE, seconds=MINUTE)


def districts_in_order() -> QuerySet[District]:
    """Public districts, real ones first, as in the register."""
    return public_districts().order_by("is_demo", "area_code", "name_pinyin", "pk")


def outage_lines(*, since: dt.datetime | None = None) -> list[dict[str, Any]]:
    """Time, reason and moved deadlines of recorded outages, latest first; with ``since`` of those that ended after it. One query."""
    outages = PortalOutage.objects.all() if since is None else PortalOutage.objects.filter(ended_at__gte=since)
    return [
        {
            "period": f"{cn_datetime(outage.began_at)}至{cn_datetime(outage.ended_at)}",
            "reason": outage.reason,
            "moved": [f"{day_in_words(day.due)}到期的事项顺延至{workdays.term_in_words(day.to)}" for day in moved_by(outage)],
        }
        for outage in outages
    ]


PAPER_KINDS = (*OF_ASSESSMENTS, *OF_CASES, REPORT)


@dataclass(frozen=True)
class Issued:
    """An issued file; ``paper`` is what it belongs to, None if that has no code."""

    file: IssuedFile
    paper: Paper | None


def of_digest(sha256: str) -> Issued | None:
    """The file with this digest that was issued last, and its paper; None if there is none."""
    file = IssuedFile.objects.filter(sha256=sha256).last()
    return Issued(file, _of_subject(file.subject)) if file else None


def find(text: str, code: str = "") -> Paper | None:
    """What a number, a number with code, or a code alone refers to.

    None both for an unpublished and for an unknown number; the same queries are made, so that timing reveals nothing.
    """
    number = folded_number(text)
    if code.strip():
        paper = _by_code(code)
        return paper if paper and (not number or folded_number(paper.number) == number or plain(text) == plain(code)) else None
    by_code, by_number = _by_code(text), _by_number(number)
    return by_code or by_number


def _by_code(text: str) -> Paper | None:
    subject = PaperCode.objects.filter(code=plain(text)).values_list("subject", flat=True).first()
    return _of_subject(subject) if subject else None


def _of_subject(subject: str) -> Paper | None:
    label, _, key = subject.partition(":")
    for kind in (one for one in PAPER_KINDS if one.model._meta.label_lower == label):
        if row := kind.model._default_manager.select_related(*kind.related).filter(kind.only, pk=int(key)).first():
            return _shown(kind, row)
    return None


def _shown(kind: PaperKind, row: models.Model) -> Paper:
    return replace(kind.read(row), files=tuple(IssuedFile.objects.filter(subject=subject_of(row))))


def _by_number(number: str) -> Paper | None:
    kinds = PAPER_KINDS if number else ()
    return next((_shown(kind, row) for kind in kinds if kind.published for row in kind.published(number)), None)
