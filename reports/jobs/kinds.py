"""Registry of report kinds: title, subject, permissions, generation of files, content of its page."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.db.models import Model, QuerySet

from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.registry import Registry
from greendistrict.documents.enums import Confidentiality
from greendistrict.policy.citing import Sentence
from reports.composition.blocks import Composition
from reports.composition.enums import FileFormat
from reports.jobs.enums import Scope, Sight

Made = Mapping[str, bytes | IO[bytes]]  # by format; what may be large is a stream
Progress = Callable[[int], None]
LATE_DAYS = 30
FIRST_YEAR = 2022  # since when the city publishes a series


def city(held: HeldPosts) -> bool:
    """Whether the user belongs to the city, which may request reports over all districts."""
    return held.is_city


def recent_years(today: dt.date) -> list[int]:
    """Default years of a kind: the current one back to the first of the published counts."""
    return list(range(today.year, FIRST_YEAR - 1, -1))


def every_district(year: int) -> QuerySet[District]:
    """Default districts of a kind: all."""
    del year
    return District.objects.all()


@dataclass(frozen=True)
class Wanted:
    """A requested report, by a user or (None) by the portal. ``matter`` is the object whose key is ``subject``.

    Empty ``formats`` mean all formats of the kind; ``sight`` is whose seats a paper of ``Sight.SEATS`` is made for (``sights``).
    """

    kind: str
    year: int
    district: District | None = None
    subject: str = ""
    matter: Model | None = None
    formats: tuple[str, ...] = ()
    by: User | None = None
    sight: str = ""


@dataclass(frozen=True)
class YearlyRun:
    """Automatic generation once a year, on this day for the previous year; up to 30 days later if the schedule was interrupted.

    Reports about the last day of a year are generated on 1 January, when that day is over.
    """

    month: int
    day: int

    def year_on(self, day: dt.date) -> int | None:
        """The year to report on if a run is due on ``day``; else None."""
        return day.year - 1 if 0 <= (day - dt.date(day.year, self.month, self.day)).days <= LATE_DAYS else None


@dataclass(frozen=True)
class Report:
    """A kind of report.

    ``title`` is the title of a job, with ``{whose}``, ``{year}`` and ``{subject}``; ``name`` is the kind's name, and ``about`` describes
    its content in plain words. ``sight`` says with whose eyes it is made, never the asker's own.

    Files come from ``compose(job, report_progress)``, which returns a composition, or from ``files(job, code, report_progress)``, which
    returns contents by format and prints ``code``, the job's 查验码, on papers. Both report the number of finished steps out of ``steps``.
    ``material`` is the kind of these files.

    ``scope`` is the kind of subject: ``districts(year)`` are districts with such a report, ``years(today)`` the offered years,
    ``matters(viewer)`` the matters visible to a user (None: all), found by their key. ``missing`` says why there is no report.
    ``matter_name`` is the name of a matter in the title. ``may`` says who may request it; ``offered`` shows it in the report centre;
    ``asked_on`` names the only page where it is requested, with what only that page asks; ``yearly`` schedules it.

    ``stamp(wanted)`` adds to the data by which a finished report is compared before it is reused (``stamps``).
    ``confidentiality`` is that of its papers, unless a composition sets its own.
    ``result(job, page)`` is shown on a job's page besides its files.
    ``superseded(job)``: a later paper about another subject replaces this one.
    ``since(job)``: what happened since then to the matter, in words.
    ``named``: the words by which the policy itself names the paper.
    """

    title: str
    sight: Sight = field(kw_only=True)
    files: Callable[[Any, str, Progress], Made] | None = None
    compose: Callable[[Any, Progress], Composition] | None = None
    name: str = ""
    about: str = ""
    formats: tuple[str, ...] = (FileFormat.PDF, FileFormat.DOCX, FileFormat.XLSX, FileFormat.JSON, FileFormat.CSV)
    scope: Scope = Scope.CITY
    may: Callable[[HeldPosts], bool] = city
    years: Callable[[dt.date], Sequence[int]] = recent_years
    districts: Callable[[int], QuerySet[District]] = every_district
    matters: Callable[[Viewer], QuerySet[Any]] | None = None
    matter_name: Callable[[Any], str] = str
    missing: str = "没有可以生成的内容"
    steps: int = 1
    material: str = ""
    offered: bool = True
    asked_on: str = ""
    yearly: YearlyRun | None = None
    stamp: Callable[[Wanted], str] | None = None
    confidentiality: Confidentiality = Confidentiality.INTERNAL
    result: Callable[[Any, str], dict[str, Any]] | None = None
    superseded: Callable[[Any], bool] | None = None
    since: Callable[[Any], str] | None = None
    named: Sentence | None = None

    def __post_init__(self) -> None:
        """Refuse a kind that generates nothing, or is about matters without a query."""
        if (self.files is None) == (self.compose is None):
            msg = f"{self.title}: give files or compose"
            raise ValueError(msg)
        if self.scope == Scope.BATCH or (self.scope == Scope.MATTER) != (self.matters is not None):
            msg = f"{self.title}: a kind about a matter says which matters, and no kind is a batch"
            raise ValueError(msg)

    @property
    def word(self) -> str:
        """Name of the kind; by default its title without the parts that differ between jobs."""
        return self.name or self.title.format(whose="", year="", subject="").strip()


report_kinds: Registry[Report] = Registry(
    "kinds of report",
    entry="a kind of report: its title, what it is about, who asks for it, what makes its files and in which formats, what its page shows",
)
