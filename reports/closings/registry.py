"""Registry of data frozen when a year is closed: kinds register how they are computed, and read the stored data here.

Also here: The two reference days of a year: stocks as of the snapshot day, flows as received by the last day of receipt. Flows of a year
as of its last day of receipt: later filings and receipts do not count. Differences between the frozen figures of two editions (pure).
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, cast

from django.db.models import F, Q

from approvals.casework.selectors.titles_on_day import snapshot_day
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.yearly_reports.models import YearlyReport, YearlyReportState
from greendistrict.core import clock, memoisation
from greendistrict.core.registry import Registry
from greendistrict.policy import parameters
from greendistrict.policy.dates import nominal_date
from greendistrict.policy.parameters import first_day_in_use
from obligations.duties import Obligation
from obligations.selectors import owed_on_years
from obligations.yearly_duties import SELF_CHECK
from reports.closings.models import ClosingEdition, ClosingState, FrozenFigures, StockRecord, YearClosing
from reports.closings.plain import JSON, from_plain

CLOSES = "snapshot.closes"


def closes_day(year: int) -> dt.date:
    """Last day of receipt for flows of ``year`` (setting ``snapshot.closes``)."""
    return nominal_date(parameters.load().text(CLOSES), year)


def edition_in_force(year: int) -> ClosingEdition | None:
    """Edition of a closed year; None before the first closing, and while a correction is prepared or its edition is created."""
    return memoisation.once(_editions_in_force).get(year)


def _editions_in_force() -> dict[int, ClosingEdition]:
    closed = ClosingEdition.objects.filter(closing__status=ClosingState.CLOSED, number=F("closing__edition")).exclude(digest="")
    return {edition.closing.year: edition for edition in closed.select_related("closing")}  # an edition gets its digest once it is whole


def receipts_day(year: int) -> dt.date:
    """Last day of receipt valid for ``year``: of its edition in force, of the correction being prepared, else by the setting."""
    edition = edition_in_force(year)
    if edition is not None:
        return edition.closes_on
    return memoisation.once(_stated_days).get(year) or closes_day(year)


def _stated_days() -> dict[int, dt.date | None]:
    return dict(YearClosing.objects.values_list("year", "closes_on"))


def received_in_time(year: int, field: str = "received_at") -> Q:
    """Condition on flows of ``year``: received by the last day of receipt, inclusive."""
    return Q(**{f"{field}__lt": clock.end_of(receipts_day(year))})


def stock_day(year: int, today: dt.date) -> dt.date:
    """Snapshot day valid for ``year``: of its edition in force, else by the setting (today if that is in the future)."""
    edition = edition_in_force(year)
    return snapshot_day(year, today) if edition is None else edition.snapshot_day


def is_stock_kept(year: int, today: dt.date) -> bool:
    """Whether missing stock of ``year`` is still stored, now or once its day is over: not of years before use or before a later day."""
    return snapshot_day(year, dt.date.max) >= first_day_in_use() and snapshot_day(year + 1, dt.date.max) >= today


def owed_in_time(year: int, *, kinds: Collection[str] = (), only: Collection[int] | None = None) -> list[Obligation]:
    """Duties for a year as by ``owed_on_years``, with titles, records, decisions and settings of its last day of receipt.

    Names and leading bodies are those of the snapshot day, as everywhere in the year's papers.
    """
    day = receipts_day(year)
    return [_as_of(row, day) for row in owed_on_years([year], kinds=kinds, only=only, stood_on=day, known_on=stock_day(year, day))]


def _as_of(row: Obligation, day: dt.date) -> Obligation:
    if row.met_on is not None and row.met_on > day:
        return row._replace(met_on=None, status="")
    if row.is_received and row.record not in memoisation.once(_received, SelfCheck if row.kind == SELF_CHECK else YearlyReport, row.year):
        return row._replace(status=SelfCheckState.FILED)
    return row


def _received(model: type[SelfCheck | YearlyReport], year: int) -> Collection[int]:
    """Keys of self-checks or yearly reports for a year received in time; read once for a page."""
    state = SelfCheckState.RECEIVED if model is SelfCheck else YearlyReportState.RECEIVED
    found = model.objects.filter(received_in_time(year), year=year, status=state)
    return frozenset(found.values_list("pk", flat=True))


NAMES = ("name", "title", "number", "id", "key", "code")  # what tells one entry of a list from another, the first that it has


class NamedFigure(NamedTuple):
    """A frozen figure: its subject (a district, the city), its name, and its displayed value."""

    subject: str
    name: str
    value: str


class FigureChange(NamedTuple):
    """A figure that differs between two editions; an empty value means that one of them lacks the figure."""

    subject: str
    name: str
    before: str
    after: str


def differences(before: Iterable[NamedFigure], after: Iterable[NamedFigure]) -> list[FigureChange]:
    """Figures that differ, in the order of the later edition; removed ones come last."""
    old, new = ({(figure.subject, figure.name): figure.value for figure in figures} for figures in (before, after))
    order = [*new, *(key for key in old if key not in new)]
    return [FigureChange(*key, old.get(key, ""), new.get(key, "")) for key in order if old.get(key, "") != new.get(key, "")]


def figures_in(data: Any, subject: str, labels: Mapping[str, str]) -> Iterator[NamedFigure]:
    """Leaves of plain data as figures of ``subject``, named by their path.

    A field appears under its label and is left out without one; a key that is no field, such as a district's name, appears as it is.
    """
    for way, value in _leaves(data, labels):
        yield NamedFigure(subject, "·".join(way), shown(value))


def _leaves(data: Any, labels: Mapping[str, str], way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(data, Mapping):
        pairs: Iterable[tuple[str, Any]] = (
            (labels.get(name, "" if name.isascii() and name.isidentifier() else name), value) for name, value in data.items()
        )
    elif isinstance(data, list):
        pairs = _named(data)
    else:
        yield way, data
        return
    for name, value in pairs:
        if name:
            yield from _leaves(value, labels, (*way, name))


def _named(entries: list[Any]) -> Iterator[tuple[str, Any]]:
    """Entries of a list by their identifying value, or by position if there is none or it is repeated."""
    seen: set[str] = set()
    for place, entry in enumerate(entries, start=1):
        names = (str(entry[key]) for key in NAMES if entry.get(key)) if isinstance(entry, Mapping) else iter(())
        name = next(names, "") or f"第{place}项"
        yield (name if name not in seen else f"{name}（第{place}项）"), entry
        seen.add(name)


def shown(value: Any) -> str:
    """Displayed value of a figure in the list of changes."""
    if value is None:
        return "未查明"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


T = TypeVar("T")
Parts = Iterable[tuple[str, JSON]]


@dataclass(frozen=True)
class FrozenKind:
    """A kind of frozen figures.

    ``freeze(year, today)`` yields (part, plain data), one per district or a single unnamed one; also called for years without figures.
    ``figures(data)`` names the figures by which two editions are compared. ``title`` is the name shown on pages.
    """

    key: str
    title: str
    freeze: Callable[[int, dt.date], Parts]
    figures: Callable[[JSON], Iterable[NamedFigure]]


frozen_kinds: Registry[FrozenKind] = Registry(
    "figures frozen when a year is closed", entry="figures that are frozen when a year is closed, and how two editions of them are compared"
)


def register_frozen(
    key: str,
    freeze: Callable[..., JSON],
    *,
    title: str,
    figures: Callable[[JSON], Iterable[NamedFigure]],
    in_parts: bool = False,
) -> None:
    """Register a kind; ``freeze(year)`` returns plain data or None, ``freeze(year, today)`` with ``in_parts`` yields (part, plain data)."""

    def whole(year: int, _today: dt.date) -> Parts:
        data = freeze(year)
        if data is not None:
            yield "", data

    frozen_kinds.register(key, FrozenKind(key, title, freeze if in_parts else whole, figures))


def frozen(year: int, key: str, part: str = "") -> Any:
    """Stored data of a closed year or of one part; None if the year is not closed or the part was not frozen."""
    edition = edition_in_force(year)
    if edition is None:
        return None
    return edition.figures.filter(key=key, part=part).values_list("data", flat=True).first()


def is_frozen(year: int, key: str, part: str = "") -> bool:
    """Whether ``frozen`` has data for this part."""
    edition = edition_in_force(year)
    return edition is not None and edition.figures.filter(key=key, part=part).exists()


def frozen_as(kind: type[T], year: int, key: str, part: str = "") -> T | None:
    """Result of ``frozen`` as an instance of the frozen dataclass."""
    data = frozen(year, key, part)
    return None if data is None else cast("T", from_plain(kind, data))


def frozen_many(kind: type[T], year: int, key: str, parts: Collection[str]) -> dict[str, T]:
    """``frozen_as`` for several parts, without those not frozen; one query."""
    edition = edition_in_force(year)
    if edition is None:
        return {}
    rows = edition.figures.filter(key=key, part__in=parts).order_by().values_list("part", "data")
    return {part: cast("T", from_plain(kind, data)) for part, data in rows.iterator(chunk_size=50)}


def frozen_rows(kind: type[T], year: int, key: str) -> Iterator[T] | None:
    """``frozen_parts`` as instances of the frozen dataclass."""
    parts = frozen_parts(year, key)
    return None if parts is None else (cast("T", from_plain(kind, data)) for _, data in parts)


def frozen_values(year: int, key: str, name: str, **which: Any) -> list[tuple[str, Any]] | None:
    """A field of the stored parts of a closed year in which other fields have these values, by part; None if the year is not closed."""
    edition = edition_in_force(year)
    if edition is None:
        return None
    rows = edition.figures.filter(key=key, **{f"data__{field}": value for field, value in which.items()}).order_by()
    return list(rows.values_list("part", f"data__{name}"))


def frozen_parts(year: int, key: str) -> Iterator[tuple[str, Any]] | None:
    """Stored parts of a closed year in the order of freezing, read lazily; None if the year is not closed."""
    edition = edition_in_force(year)
    if edition is None:
        return None
    rows = FrozenFigures.objects.filter(edition=edition, key=key).order_by("order")
    return iter(rows.values_list("part", "data").iterator(chunk_size=50))


@dataclass(frozen=True)
class Stock:
    """Stock of one kind on a year's snapshot day. ``made_up_on`` is the later day of storing, None if it was in time."""

    day: dt.date
    data: JSON
    made_up_on: dt.date | None

    @property
    def words(self) -> str:
        """Day of the stock, and 补记 with the day of storing if it was late."""
        late = f"（{self.made_up_on:%Y年%-m月%-d日}补记）" if self.made_up_on else ""
        return f"{self.day:%Y年%-m月%-d日}{late}"


def stock(year: int, key: str) -> Stock | None:
    """Stock of a year's snapshot day; None if none was stored."""
    record = StockRecord.objects.filter(year=year, key=key).first()
    return None if record is None else stock_of(record)


def stock_of(record: StockRecord) -> Stock:
    """A stored stock; it is in time if stored on the day after the snapshot day."""
    kept = record.kept_at.astimezone(clock.SHANGHAI).date()
    return Stock(record.day, record.data, kept if kept > record.day + dt.timedelta(days=1) else None)
