"""Read the ledger: one district and year with what is missing, visible entries, counts for the list, days for obligations."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import CharField, Count, DecimalField, F, Max, Min, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast, JSONObject

from assessments.common.mechanism import REQUIRED
from districts.common.enums import TITLED
from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.core import memoisation
from greendistrict.core.django_internals import Compiled
from greendistrict.core.integers import whole
from greendistrict.documents.models import Evidence
from greendistrict.policy.duty_table import SETTING
from operation.entries.models import (
    FIRST_YEAR,
    DigitalPlatform,
    LedgerEntry,
    MechanismMeeting,
    MechanismRecord,
    TrainingSession,
    YearFund,
    YearFundKind,
)
from operation.entries.sections import BY_KEY, SECTIONS, LedgerSection, MissingRecord

MECHANISMS, FUNDS = "mechanisms", "funds"


def entries_visible_to(model: type[LedgerEntry], viewer: Viewer) -> QuerySet[Any]:
    """Entries of the districts whose inner file the person reads."""
    return model._default_manager.filter(district__in=files_visible_to(viewer))


def visible_by(model: type[LedgerEntry]) -> Callable[[Viewer], QuerySet[Any]]:
    """``entries_visible_to`` for one model, with the signature that the registry of file owners needs."""
    return partial(entries_visible_to, model)


def is_year(year: int, today: dt.date) -> bool:
    """Whether a ledger of this year may exist: past years, this year, and next year for plans."""
    return FIRST_YEAR <= year <= today.year + 1


@dataclass(frozen=True)
class LedgerLine:
    """An entry for display: cells as text, files, reason why it does not count; ``numbers`` marks numeric cells."""

    entry: Any
    cells: list[str]
    papers: list[Evidence]
    numbers: tuple[bool, ...]

    @property
    def shown(self) -> list[tuple[str, bool]]:
        """Cells, each with whether it is numeric."""
        return list(zip(self.cells, self.numbers, strict=True))

    @property
    def files(self) -> int:
        """Number of files."""
        return len(self.papers)

    @property
    def lacks(self) -> str:
        """Why the entry does not count, as text."""
        return self.entry.lacks if self.entry.is_confirmed else "上年带入，待核对"


@dataclass(frozen=True)
class LedgerPart:
    """A section with its entries of the year and its missing records."""

    section: LedgerSection
    lines: list[LedgerLine]
    missing: list[MissingRecord]


@dataclass(frozen=True)
class Ledger:
    """The ledger of a district and year. ``kept`` is False if nobody keeps it in the portal: then 无记录, and nothing is missing."""

    district: District
    year: int
    parts: list[LedgerPart]
    kept: bool

    @property
    def missing_parts(self) -> list[tuple[MissingRecord, LedgerPart]]:
        """Missing records, required ones first, each with the section in which it is entered."""
        found = [(one, part) for part in self.parts for one in part.missing]
        return sorted(found, key=lambda one: not one[0].required)

    @property
    def missing(self) -> list[MissingRecord]:
        """Missing records, required ones first."""
        return [one for one, _ in self.missing_parts]

    @property
    def entries(self) -> int:
        """Number of entries."""
        return sum(len(part.lines) for part in self.parts)

    @property
    def unconfirmed(self) -> int:
        """Entries copied from last year that nobody has confirmed."""
        return sum(not line.entry.is_confirmed for part in self.parts for line in part.lines)


def _stored(district: int, year: int) -> QuerySet[Any, Any]:
    first, *others = (_told(one).filter(district=district, year=year) for one in SECTIONS)
    return first.union(*others, all=True)


def _told(section: LedgerSection) -> QuerySet[Any, Any]:
    rows = section.model._default_manager.order_by()
    return rows.values_list(Value(section.key, CharField()), _columns(section.model))


def _columns(model: type[LedgerEntry]) -> JSONObject:
    """Columns of an entry as an object, decimal numbers as text, which loses no digit."""
    exact = {one.attname: Cast(one.name, TextField()) for one in model._meta.concrete_fields if isinstance(one, DecimalField)}
    return JSONObject(**({one.attname: F(one.attname) for one in model._meta.concrete_fields} | exact))


STORED = Compiled(_stored, -1, FIRST_YEAR)


def _entries(district: int, year: int) -> dict[str, list[LedgerEntry]]:
    """Entries by section, in order of entry; one query for all sections."""
    found = defaultdict[str, list[LedgerEntry]](list)
    for key, values in STORED.read(district, year):
        fields = BY_KEY[key].model._meta.concrete_fields
        names = [one.attname for one in fields]
        found[key].append(BY_KEY[key].model.from_db(connection.alias, names, [one.to_python(values[one.attname]) for one in fields]))
    return {key: sorted(entries, key=attrgetter("pk")) for key, entries in found.items()}


def ledger_of(district: District, year: int) -> Ledger:
    """The ledger with all sections; one query for their entries and one for the files, whatever the number of entries."""
    stored = _entries(district.pk, year)
    held = {one.key: stored.get(one.key, []) for one in SECTIONS}
    files = _files_of(entry for entries in held.values() for entry in entries)
    kept = district.applicant_id is not None
    return Ledger(district, year, [_part(one, held[one.key], files, kept=kept) for one in SECTIONS], kept)


def _part(section: LedgerSection, entries: Sequence[Any], files: Mapping[str, list[Evidence]], *, kept: bool) -> LedgerPart:
    papers = {entry.pk: files.get(subject_of(entry), []) for entry in entries}
    number = {pk: len(own) for pk, own in papers.items()}
    columns = tuple(section.columns.values())
    figures = tuple(column.is_figure for column in columns)
    lines = [LedgerLine(entry, [column.text(column.of(entry)) for column in columns], papers[entry.pk], figures) for entry in entries]
    return LedgerPart(section, lines, _missing(section, entries, number) if kept else [])


def _missing(section: LedgerSection, entries: Sequence[Any], files: Mapping[int, int]) -> list[MissingRecord]:
    """Missing records of a section. If all its entries are unconfirmed copies of last year, the only message is to confirm them."""
    confirmed = [entry for entry in entries if entry.is_confirmed]
    found = section.missing(confirmed, files)
    if confirmed or not entries or not found:
        return found
    words = f"“{section.title}”{len(entries)}条由上年带入，核对后计入"
    required = any(one.required for one in found)
    return [MissingRecord(words, section.cite if required else SETTING, required=required)]


def _files_of(entries: Iterable[Any]) -> Mapping[str, list[Evidence]]:
    """Files by entry, in order of upload."""
    owners, files = [subject_of(entry) for entry in entries], defaultdict[str, list[Evidence]](list)
    for file in Evidence.objects.filter(owner__in=owners).order_by("pk") if owners else ():
        files[file.owner].append(file)
    return files


def years_kept(district: District, today: dt.date) -> list[int]:
    """Years with entries, plus this year and the last, newest first; one query."""
    first, *others = (one.model._default_manager.filter(district=district).order_by().values_list("year", flat=True) for one in SECTIONS)
    return sorted({today.year, today.year - 1, *first.union(*others)}, reverse=True)


def entries_of(district: District, year: int, keys: Iterable[str]) -> list[tuple[LedgerSection, LedgerEntry]]:
    """Entries of a ledger named by section and key (``bodies-12``), with their sections; other names find nothing."""
    asked = defaultdict[str, list[int]](list)
    for section, _, key in (name.partition("-") for name in keys):
        if section in BY_KEY:
            asked[section].append(whole(key, 0))
    return [
        (BY_KEY[section], entry)
        for section, own in asked.items()
        for entry in BY_KEY[section].model._default_manager.filter(district=district, year=year, pk__in=own).order_by("pk")
    ]


def takeable(ledger: Ledger) -> int:
    """Number of last year's entries that can be copied: those of sections that are empty this year."""
    empty = [part.section for part in ledger.parts if part.section.carried and not part.lines]
    year = {"district": ledger.district, "year": ledger.year - 1}
    return sum(one.model._default_manager.filter(**year).count() for one in empty)


@dataclass(frozen=True)
class LedgerRow:
    """A district in the list of a year: counts of its ledger, unknown where nobody keeps one or entered anything for the year."""

    district: District
    kept: bool
    mechanisms: int | None
    meetings: int | None
    platforms: int | None
    trainings: int | None
    trained: int | None
    entries: int | None
    budget: Decimal | None
    used: Decimal | None

    @property
    def mechanism_words(self) -> str:
        """How many of the required mechanisms are established, as text."""
        return "无记录" if self.mechanisms is None else f"{self.mechanisms}/{len(REQUIRED)}"

    @property
    def is_short(self) -> bool:
        """Whether a required mechanism has no record."""
        return self.kept and (self.mechanisms or 0) < len(REQUIRED)


def ledger_districts(viewer: Viewer) -> QuerySet[District]:
    """Districts with a title whose file the person reads."""
    return files_visible_to(viewer).filter(stage__in=TITLED, guideline_area=False).order_by("name_pinyin", "pk")


def ledger_rows(districts: Sequence[District], year: int, by: dt.date = dt.date.max) -> list[LedgerRow]:
    """Rows of the list, counting entries that were complete ``by`` a day; one query per section, whatever the number of districts."""
    within = Q(district__in=[district.pk for district in districts], year=year)
    counted = Q(counts_since__lte=by)
    records = _counts(MechanismRecord.objects.filter(within, counted, mechanism__in=[one.key for one in REQUIRED]))
    meetings = _counts(MechanismMeeting.objects.filter(within, counted))
    platforms = _counts(DigitalPlatform.objects.filter(within, counted))
    sessions = TrainingSession.objects.filter(within, counted).order_by().values("district").annotate(n=Count("pk"), sum=Sum("attended"))
    trained = {row["district"]: (row["n"], row["sum"] or 0) for row in sessions}
    money = {
        row["district"]: (row["b"], row["u"])
        for row in YearFund.objects.filter(within, counted).order_by().values("district").annotate(b=Sum("budget"), u=Sum("used"))
    }
    first, *others = (one.model._default_manager.filter(within).order_by().values_list("district", flat=True) for one in SECTIONS)
    entries = Counter(first.union(*others, all=True))
    return [
        LedgerRow(
            district,
            district.applicant_id is not None,
            records.get(district.pk, 0),
            meetings.get(district.pk, 0),
            platforms.get(district.pk, 0),
            *trained.get(district.pk, (0, 0)),
            entries[district.pk],
            *money.get(district.pk, (None, None)),
        )
        if district.pk in entries
        else LedgerRow(district, (kept := district.applicant_id is not None), None, None, None, None, None, 0 if kept else None, None, None)
        for district in districts
    ]


def _counts(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("district").annotate(n=Count("pk")))


def mechanism_days(on: dt.date, years: Collection[int]) -> Mapping[tuple[int, int], dt.date] | None:
    """By district and year, the day on which both required mechanisms were recorded; None if no district had recorded them by ``on``."""
    rows = [row for row in _duty_rows() if row.kind == MECHANISMS and row.number == len(REQUIRED) and row.day <= on]
    return _in_years(rows, years)


def planning_fund_days(on: dt.date, years: Collection[int]) -> Mapping[tuple[int, int], dt.date] | None:
    """By leading body and year, the first day on which planning funds were recorded; None if no body had recorded any by ``on``."""
    return _in_years([row for row in _duty_rows() if row.kind == FUNDS and row.day <= on], years)


class DutyRow(NamedTuple):
    """Records that meet a duty of a district or leading body in a year: how many, and the day that counts."""

    kind: str
    subject: int
    year: int
    number: int
    day: dt.date


def _in_years(rows: Sequence[DutyRow], years: Collection[int]) -> dict[tuple[int, int], dt.date] | None:
    return {(row.subject, row.year): row.day for row in rows if row.year in years} if rows else None


def _duty_rows() -> list[DutyRow]:
    """Rows for any day; one statement, read once for a page."""
    return memoisation.once(_read_duty_rows)


def _read_duty_rows() -> list[DutyRow]:
    return list(map(DutyRow._make, DUTY_ROWS.read()))


def _mechanisms_kept() -> QuerySet[Any, Any]:
    known = MechanismRecord.objects.filter(counts_since__isnull=False, mechanism__in=[one.key for one in REQUIRED]).order_by()
    grouped = known.annotate(told=Value(MECHANISMS, CharField())).values("told", "district", "year")
    return grouped.annotate(number=Count("pk"), day=Max("counts_since")).values_list("told", "district", "year", "number", "day")


def _funds_kept() -> QuerySet[Any, Any]:
    planning = YearFund.objects.filter(counts_since__isnull=False, kind=YearFundKind.PLANNING)
    known = planning.filter(district__authorities__isnull=False).order_by()
    grouped = known.annotate(told=Value(FUNDS, CharField())).values("told", "district__authorities", "year")
    return grouped.annotate(number=Count("pk"), day=Min("counts_since")).values_list(
        "told", "district__authorities", "year", "number", "day"
    )


DUTY_ROWS = Compiled(lambda: _mechanisms_kept().union(_funds_kept(), all=True))
