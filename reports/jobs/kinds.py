"""Registry of report kinds: what one is called and about, who asks for it, what makes its files and what its page shows."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.db.models import Model, QuerySet

from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core import clock
from greendistrict.core.registry import Registry
from greendistrict.documents.enums import Confidentiality
from reports.composition.blocks import Composition
from reports.composition.enums import FileFormat
from reports.jobs.enums import Scope

Made = Mapping[str, bytes | IO[bytes]]  # by format; what may be large is a stream
Progress = Callable[[int], None]
LATE_DAYS = 30
FIRST_YEAR = 2022  # since when the city publishes a series


def city(held: HeldPosts) -> bool:
    """What spans districts is made by the city."""
    return held.is_city


def recent_years() -> list[int]:
    """Years on offer for a kind that does not say which: this one and those back to the first of the published series."""
    return list(range(clock.today().year, FIRST_YEAR - 1, -1))


def every_district(year: int) -> QuerySet[District]:
    """Districts on offer for a kind that does not say which."""
    del year
    return District.objects.all()


@dataclass(frozen=True)
class Wanted:
    """A report that is asked for, by somebody or (None) by the portal. ``matter`` is what ``subject`` is the key of.

    No ``formats`` are all of the kind's.
    """

    kind: str
    year: int
    district: District | None = None
    subject: str = ""
    matter: Model | None = None
    formats: tuple[str, ...] = ()
    by: User | None = None


def own_stamp(wanted: Wanted) -> str:
    """For a kind that says to each person what this person may read: nobody is handed another's."""
    return f"by {wanted.by.pk if wanted.by else ''}"


@dataclass(frozen=True)
class YearlyRun:
    """Made by itself once a year, on this day about the year before; when the schedule stood still, up to 30 days later.

    What shows the last day of a year is made on the first of the next one, when that day is over.
    """

    month: int
    day: int

    def year_on(self, day: dt.date) -> int | None:
        """The year to report on when it is due on ``day``; else None."""
        return day.year - 1 if 0 <= (day - dt.date(day.year, self.month, self.day)).days <= LATE_DAYS else None


@dataclass(frozen=True)
class Report:
    """One kind of report.

    ``title`` names a job, with ``{whose}``, ``{year}`` and ``{subject}`` of the job; ``name`` the kind, and ``about`` says in plain words
    what stands in it.

    The files come from ``compose(job, report_progress)``, which returns a composition, or from ``files(job, code, report_progress)``,
    which makes the contents by format and prints ``code``, the job's 查验码, on papers. Both report the number of steps done, of ``steps``.
    ``material`` is the kind of these files.

    ``scope`` says what one is about: ``districts(year)`` are those that have one, ``years()`` the years that are on offer, and of a matter
    ``matters(user)`` are those in sight of a person (None: all), found by their key. ``missing`` says why there is none.
    ``matter_name`` is how a matter is called in the title. ``may`` says who asks for it; ``offered`` shows it in the report centre;
    ``yearly`` has it made by the schedule.
    ``stamp(wanted)`` adds to what a finished report is compared by, before it is handed out again (``stamps``).
    ``confidentiality`` is that of its papers, unless a composition names its own.
    ``result(job, page)`` is what the page of a job shows beside its files.
    ``superseded(job)``: a later paper of another subject stands in the place of this one.
    ``since(job)``: what was done since to the matter that the paper states, in words.
    """

    title: str
    files: Callable[[Any, str, Progress], Made] | None = None
    compose: Callable[[Any, Progress], Composition] | None = None
    name: str = ""
    about: str = ""
    formats: tuple[str, ...] = (FileFormat.PDF, FileFormat.DOCX, FileFormat.XLSX, FileFormat.JSON, FileFormat.CSV)
    scope: Scope = Scope.CITY
    may: Callable[[HeldPosts], bool] = city
    years: Callable[[], Sequence[int]] = recent_years
    districts: Callable[[int], QuerySet[District]] = every_district
    matters: Callable[[User | None], QuerySet[Any]] | None = None
    matter_name: Callable[[Any], str] = str
    missing: str = "没有可以生成的内容"
    steps: int = 1
    material: str = ""
    offered: bool = True
    yearly: YearlyRun | None = None
    stamp: Callable[[Wanted], str] | None = None
    confidentiality: Confidentiality = Confidentiality.INTERNAL
    result: Callable[[Any, str], dict[str, Any]] | None = None
    superseded: Callable[[Any], bool] | None = None
    since: Callable[[Any], str] | None = None

    def __post_init__(self) -> None:
        """Refuse a kind that makes nothing, or is about matters that nobody can find."""
        if (self.files is None) == (self.compose is None):
            msg = f"{self.title}: give files or compose"
            raise ValueError(msg)
        if self.scope == Scope.BATCH or (self.scope == Scope.MATTER) != (self.matters is not None):
            msg = f"{self.title}: a kind about a matter says which matters, and no kind is a batch"
            raise ValueError(msg)

    @property
    def word(self) -> str:
        """Name of the kind; its title without what differs from job to job where it has none."""
        return self.name or self.title.format(whose="", year="", subject="").strip()


report_kinds: Registry[Report] = Registry("kinds of report")
