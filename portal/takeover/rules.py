"""A district with what its record lacks; orders of the rows, sums by authority."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlencode

from approvals.record_requests.enums import LineState, RequestState
from approvals.record_requests.gaps import WantedRecord
from approvals.record_requests.models import RecordRequest
from approvals.record_requests.rules import line_state, request_state
from districts.common.enums import Stage, World
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation
from greendistrict.core.addresses import reverse
from greendistrict.core.workdays import term_in_words
from obligations.titled_districts import NO_AUTHORITY
from portal.takeover.enums import Mender, Missing, Need

OWN_SIDE = frozenset({Mender.PREPARER, Mender.EDITOR})
OF_PILOTS = frozenset({Need.STAGE, Need.ACCEPTANCE})
NEEDLESS, WHOLE = "示范城区不再办理", "没有缺项"
NEEDS = {
    **dict.fromkeys((Missing.TITLE, Missing.NOTICE, Missing.AUTHORITY, Missing.BODY, Missing.AREA, Missing.PLAN), Need.REGISTER),
    **dict.fromkeys((Missing.FILLING, Missing.PEOPLE, Missing.STANDARD, Missing.CHECKS), Need.YEARLY),
    **dict.fromkeys((Missing.SYSTEM, Missing.CYCLE, Missing.STAGES), Need.STAGE),
    **dict.fromkeys((Missing.BASELINE, Missing.PLOTS, Missing.WORKS, Missing.PROJECTS), Need.ACCEPTANCE),
}


class RecordGap(NamedTuple):
    """One thing that is missing: in words, who adds it, and where; the address is empty for who does not add it.

    ``parts`` are the parts of it that are missing (facts, years, days, bodies), in words that stay the same.
    """

    missing: Missing
    words: str
    mender: Mender
    href: str = ""
    parts: tuple[str, ...] = ("",)

    @property
    def need(self) -> Need:
        """What it is needed for first."""
        return NEEDS[self.missing]

    @property
    def told(self) -> str:
        """What is missing, and who adds it."""
        return f"{self.words}（{self.mender.label}）"

    @property
    def asked(self) -> WantedRecord:
        """The same as it is asked of the district."""
        key = f"{self.missing}:{','.join(self.parts)}"
        return WantedRecord(key, self.words, is_own=self.mender in OWN_SIDE)


class AskedRecords(NamedTuple):
    """The latest request to a district: its page, last day, how many of how many lines are done, how far it is, and whether it is late."""

    href: str
    due: dt.date
    number: int
    done: int
    state: RequestState
    is_late: bool

    @property
    def words(self) -> str:
        """As 2026年12月11日前，5项已办结2项."""
        return f"{term_in_words(self.due)}前，{self.number}项已办结{self.done}项"


def asked_records(request: RecordRequest, gaps: Iterable[RecordGap], today: dt.date) -> AskedRecords:
    """A request against what is missing today."""
    missing, lines = [gap.asked for gap in gaps], list(request.lines.all())
    done = sum(line_state(line, missing) != LineState.MISSING for line in lines)
    state = request_state(request, lines, missing)
    page = reverse("portal:record_request", args=[request.pk])
    return AskedRecords(page, request.due, len(lines), done, state, is_late=state == RequestState.OPEN and today > request.due)


class NeedGaps(NamedTuple):
    """What is missing for a need, and the words where nothing is."""

    gaps: tuple[RecordGap, ...]
    otherwise: str


class RecordRow(NamedTuple):
    """A titled district with what its record lacks and was asked for; ``ask``: where the reader asks for it, empty who may not."""

    district: District
    gaps: tuple[RecordGap, ...]
    asked: AskedRecords | None = None
    ask: str = ""

    @property
    def bodies(self) -> list[Organisation]:
        """Its leading bodies."""
        return list(self.district.authorities.all())

    @property
    def number(self) -> int:
        """How much is missing."""
        return len(self.gaps)

    def of(self, need: Need) -> NeedGaps:
        """What is missing for a need."""
        is_ahead = need not in OF_PILOTS or self.district.stage == Stage.PILOT
        return NeedGaps(tuple(gap for gap in self.gaps if gap.need == need), WHOLE if is_ahead else NEEDLESS)

    def meets(self, asked: str) -> bool:
        """Whether it lacks what is asked for: a thing, something for a need, or nothing at all."""
        if asked == NOTHING:
            return not self.gaps
        return not asked or any(asked in {gap.missing, gap.need} for gap in self.gaps)


NOTHING = "nothing"
LACKING = [
    (NOTHING, WHOLE),
    *((need.value, f"{need.label}有缺项") for need in Need),
    *((missing.value, f"缺{missing.label}") for missing in Missing),
]


def _name(row: RecordRow) -> Any:
    return row.district.is_demo, row.district.name_pinyin, row.district.pk


ORDERS: dict[str, Callable[[RecordRow], Any]] = {
    "name": _name,
    "stage": lambda row: list(Stage).index(Stage(row.district.stage)),
    "number": lambda row: row.number,
}


def ordered(rows: Iterable[RecordRow], order: str) -> list[RecordRow]:
    """Sorted by the chosen column (``-`` reverses); by default those that lack most first."""
    by_name = sorted(rows, key=_name)
    key = order.removeprefix("-")
    if key in ORDERS:
        return sorted(by_name, key=ORDERS[key], reverse=order.startswith("-"))
    return sorted(by_name, key=lambda row: -row.number)


class LinkedSum(NamedTuple):
    """A sum on the page: the address of its districts, and each number with that of the rows it counts."""

    name: str
    address: str
    numbers: dict[str, tuple[int, str]]


class RecordSum(NamedTuple):
    """Districts under a name, and the conditions that lead to them; how many lack nothing, and something for each need."""

    name: str
    query: dict[str, Any]
    numbers: dict[str, int]

    def linked(self, query: Mapping[str, Any]) -> LinkedSum:
        """With addresses under the other conditions of the page."""

        def address(lacking: str) -> str:
            asked = {**query, "lacking": lacking, **self.query}
            return f"?{urlencode({name: value for name, value in asked.items() if value and name != 'page'})}"

        return LinkedSum(self.name, escape(address("")), {key: (number, address(key)) for key, number in self.numbers.items()})


def sums(rows: Iterable[RecordRow], only: Organisation | None = None) -> list[RecordSum]:
    """Sums by leading body or of ``only`` one, in the order of GB/T 2260, a district of two with both; then of real and fictional ones."""
    bodies: dict[Organisation | None, list[RecordRow]] = defaultdict(list)
    worlds: dict[World, list[RecordRow]] = defaultdict(list)
    for row in rows:
        worlds[World.DEMO if row.district.is_demo else World.REAL].append(row)
        for body in row.bodies:
            if only in {None, body}:
                bodies[body].append(row)
        if not row.bodies:
            bodies[None].append(row)
    led = [
        _sum(body.name if body else NO_AUTHORITY, {"authority": body.pk} if body else {"lacking": Missing.AUTHORITY.value}, bodies[body])
        for body in sorted(bodies, key=_place)
    ]
    return [*led, *(_sum(f"{world.label}合计", {"kind": world.value}, worlds[world]) for world in World if world in worlds)]


def _place(body: Organisation | None) -> Any:
    return (True, "", "") if body is None else (False, body.admin_code, body.name_pinyin)


def _sum(name: str, query: dict[str, Any], rows: list[RecordRow]) -> RecordSum:
    lacking = Counter(need.value for row in rows for need in {gap.need for gap in row.gaps})
    counted = {need.value: lacking[need.value] for need in Need}
    return RecordSum(name, query, {"": len(rows), NOTHING: sum(not row.gaps for row in rows), **counted})
