"""Registry of the kinds of matters that volumes are made of: which are finished, what is said of one, and its papers."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core.registry import Registry
from greendistrict.documents.models import Evidence
from greendistrict.workflow.letters import Draft, slug_of
from reports.archive.enums import Retention


@dataclass(frozen=True)
class MatterFacts:
    """What the cover of a volume says of its matter. ``finished_on`` is the day on which the matter ended."""

    kind: str
    number: str
    title: str
    district: District
    finished_on: dt.date
    retention: Retention
    is_demo: bool


@dataclass(frozen=True)
class FiledPaper:
    """A stored file of a matter; ``responsible``, ``number`` and ``dated`` are those of the paper."""

    document: Evidence
    title: str
    responsible: str = ""
    number: str = ""
    dated: dt.date | None = None


@dataclass(frozen=True)
class WrittenPaper:
    """A letter of a matter that the portal writes."""

    matter: Model
    draft: Draft


@dataclass(frozen=True)
class ReportPaper:
    """A report that the portal makes: of a kind about the matter or a part of it, or with a ``year`` about a district."""

    kind: str
    subject: Model
    responsible: str
    dated: dt.date | None
    year: int | None = None


Papers = Iterable[FiledPaper | WrittenPaper | ReportPaper]


@dataclass(frozen=True)
class ArchiveSource:
    """A kind of matter. ``finished(user)`` are those that ended, in sight of a person; ``page`` is the address of one."""

    model: type[Model]
    finished: Callable[[User], QuerySet[Any]]
    facts: Callable[[Any], MatterFacts]
    papers: Callable[[Any, User], Papers]
    page: Callable[[Any], str]


archive_sources: Registry[ArchiveSource] = Registry("matters that are archived")


def register(source: ArchiveSource) -> None:
    """Let volumes be made of a kind of matter. Raises ``ValueError`` when it is known already."""
    archive_sources.register(slug_of(source.model), source)
