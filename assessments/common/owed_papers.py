"""Registry through which obligations report papers owed but never opened, and deadlines moved by decision.

Obligations stand above this app; they name themselves here when the apps are ready.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, Protocol

from django.db.models import Q
from django.urls import reverse

from assessments.common.enums import YearlyReportKind
from districts.common.enums import TITLED
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import memoisation
from greendistrict.core.errors import Refusal
from greendistrict.core.registry import Registry
from greendistrict.core.toned_words import TonedWord
from greendistrict.policy import parameters

SELF_CHECK, STAGE_PAPERS, POST_PAPERS = "self_check", "stage_material", "post_material"  # kinds of obligations
OF_REPORT = {YearlyReportKind.OPERATION.value: "operation_report", YearlyReportKind.CARBON.value: "carbon_verification"}
REPORT_OF = {obligation: kind for kind, obligation in OF_REPORT.items()}
NOT_BEGUN = "unopened"
NOT_BEGUN_LABEL, WAIVED_LABEL = "未开始", "免报"


class UnopenedPaper(NamedTuple):
    """A yearly paper owed by a district and not opened yet; ``kind`` as in the list of obligations."""

    kind: str
    district_id: int
    district: str
    is_demo: bool
    year: int
    title: str
    due: dt.date
    waived: bool
    ended: bool = False

    @property
    def deadline(self) -> "Deadline":
        """Its last day, which a decision may have moved."""
        return deadline(yearly_key(self.kind, self.district_id, self.year), self.due)

    @property
    def page(self) -> str:
        """Where it is begun."""
        return begin_page(self.kind, self.district_id, self.year)

    @property
    def status(self) -> str:
        """State of the paper in words."""
        return WAIVED_LABEL if self.waived else ENDED if self.ended else NOT_BEGUN_LABEL

    def is_late(self, today: dt.date) -> bool:
        """Whether its last day is over, and it is still asked for."""
        return today > self.due and not self.waived and not self.ended


class OwedPapersSource(Protocol):
    """Protocol of the app that knows the owed papers."""

    def unopened(self, viewer: Viewer, kinds: Collection[str], only: Collection[int] | None) -> list[UnopenedPaper]:
        """Papers of these ``kinds`` visible to the user that nobody has opened yet; ``only`` limits the districts (by key)."""

    def decisions(self) -> Mapping[str, dt.date | None]:
        """Key of an obligation → the day the latest decision moved it to, or None if it was waived."""

    def ended(self) -> Mapping[int, int]:
        """District that lost a title → the first year whose papers are asked of it again, or after all years."""


# Set by ``obligations/wiring.py``; read by ``unopened`` and ``decided``, which the lists of yearly papers call.
_sources: Registry[OwedPapersSource] = Registry(
    "who knows what is owed", entry="yearly papers never opened, and days moved or waived by decision"
)


def register(source: OwedPapersSource) -> None:
    """Register the source; called once, when the apps are ready. Raises ``ValueError`` the second time."""
    _sources.register("obligations", source)


def unopened(viewer: Viewer, *kinds: str, only: Collection[int] | None = None) -> list[UnopenedPaper]:
    """Owed and never opened papers of these kinds, visible to this person."""
    return [row for source in _sources for row in source.unopened(viewer, kinds, only)]


def decisions() -> Mapping[str, dt.date | None]:
    """Key of an obligation → the day a decision moved it to, or None where it was waived; read once for a page."""
    return memoisation.once(_decisions)


def _decisions() -> Mapping[str, dt.date | None]:
    return {key: day for source in _sources for key, day in source.decisions().items()}


def ended() -> Mapping[int, int]:
    """District that lost a title → the first year whose papers are asked of it again, or after all years; read once for a page."""
    return memoisation.once(_ended)


def _ended() -> Mapping[int, int]:
    return {district: year for source in _sources for district, year in source.ended().items()}


def of_ended_titles() -> Q:
    """Condition: yearly papers that nobody asks for any more, because the title has ended under which they were owed."""
    condition = Q(pk__in=())
    for district, year in ended().items():
        condition |= Q(district=district, year__lt=year)
    return condition


def decided(kind: str) -> dict[tuple[int, int], dt.date | None]:
    """(district, year) → the day a decision moved the yearly paper of this kind to, or None if it was waived."""
    return of_kind(kind, decisions())


def of_kind(kind: str, decisions: Mapping[str, dt.date | None]) -> dict[tuple[int, int], dt.date | None]:
    """Decisions by obligation key, those on one kind by (district or body, year)."""
    found = {}
    for key, day in decisions.items():
        match key.split(":"):
            case [named, subject, year] if named == kind:
                found[int(subject), int(year)] = day
    return found


def waived(kind: str) -> set[tuple[int, int]]:
    """(district, year) of the yearly papers of this kind that a decision waived."""
    return {paper for paper, moved_to in decided(kind).items() if moved_to is None}


def yearly_key(kind: str, district: int, year: int) -> str:
    """Key of the obligation that a yearly paper of a district meets."""
    return f"{kind}:{district}:{year}"


def record_key(kind: str, record: int) -> str:
    """Key of an obligation that belongs to a single record, such as the papers of one stage assessment."""
    return f"{kind}:{record}"


def begin_page(kind: str, district: int, year: int) -> str:
    """Where a yearly paper that nobody has opened is begun, or which says why it cannot be and who can."""
    before, after = _begin_page(kind, year)
    return f"{before}{district}{after}"


@cache
def _begin_page(kind: str, year: int) -> tuple[str, str]:
    before, _, after = reverse("assessments:owed_paper", args=[kind, 0, year]).partition("/0/")
    return f"{before}/", f"/{after}"


def against_beginning(district: District) -> list[Refusal]:
    """What a paper of a titled district lacks to be begun, whatever its kind: people who fill it in."""
    if district.applicant_id is None:
        return [Refusal("城区没有登记申报主体，没有人可以填报", remedy="登记申报主体以后开始")]
    return []


def owes(stage: str, held_since: dt.date | None, year: int) -> bool:
    """Whether a district owes papers on ``year``: it held a title by the end of it. An unknown day counts as held before."""
    return stage in TITLED and (held_since is None or held_since.year <= year)


IN_TIME, LATE, FILED_LATE, ENDED = TonedWord(""), TonedWord("逾期", "red"), TonedWord("逾期报送", "amber"), TonedWord("称号终止时未完成")


def standing(line: Any, _today: dt.date) -> list[TonedWord]:
    """State of a line of yearly papers, that they are waived, and that they are late."""
    return [TonedWord(line.status, line.tone), *([TonedWord(WAIVED_LABEL)] if line.waived else []), *([line.late] if line.late else [])]


@dataclass(frozen=True)
class Deadline:
    """Last day of a paper after waiver or extension; ``waived`` papers are never late, nor those whose title has ``ended``.

    ``moved``: by a decision, so that the day no longer rests on a setting.
    """

    day: dt.date
    waived: bool = False
    ended: bool = False
    moved: bool = False

    def mark(self, setting: str) -> str:
        """默认值 as long as the day rests on a setting that the city has not confirmed."""
        return parameters.default_word(setting, unless=self.moved)

    def late_word(self, filed: dt.date | None, today: dt.date) -> TonedWord:
        """逾期 if it is not filed and the last day is over, 逾期报送 if it was filed late, that the title ended before, else empty."""
        if self.ended and filed is None and not self.waived:
            return ENDED
        if self.waived or (filed or today) <= self.day:
            return IN_TIME
        return FILED_LATE if filed else LATE

    @property
    def awaited_on(self) -> dt.date | None:
        """The day to show in a task; None if the paper was waived or its title has ended."""
        return None if self.waived or self.ended else self.day


def deadline(key: str, usual: dt.date) -> Deadline:
    """Last day of the obligation ``key``: the ``usual`` day from the settings unless a decision moved or waived it."""
    decided = decisions()
    moved = decided.get(key, usual)
    kind, _, place = key.partition(":")
    district, _, year = place.partition(":")
    is_ended = kind in {SELF_CHECK, *REPORT_OF} and int(year) < ended().get(int(district), 0)
    return Deadline(usual, waived=True, ended=is_ended) if moved is None else Deadline(moved, ended=is_ended, moved=key in decided)


def post_deadline(evaluation: int, usual: dt.date) -> Deadline:
    """Last day of the papers of a post-evaluation."""
    return deadline(f"{POST_PAPERS}:post-{evaluation}", usual)
