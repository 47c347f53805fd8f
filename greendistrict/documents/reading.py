"""A file opened for reading at a place in it: what the page of one file and of two shows."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from greendistrict.core.integers import whole
from greendistrict.documents.citations import Citation
from greendistrict.documents.inspection import KINDS
from greendistrict.documents.models import Evidence
from greendistrict.documents.office import converted_types

INLINE = frozenset(kind.content_type for kind in KINDS.values() if kind.inline)
LONGEST_PASSAGE = 200
NOWHERE = Citation()


def reading_address(key: object, place: Citation = NOWHERE) -> str:
    """Address of the page that shows a file at a place in it, with its passage marked."""
    return _at("documents:reading", key, place)


def converted_address(key: object, place: Citation = NOWHERE) -> str:
    """Address of what is shown of an Office file: the viewer once its PDF is made."""
    return _at("documents:converted", key, place)


def _at(route: str, key: object, place: Citation) -> str:
    asked = {name: value for name, value in place._asdict().items() if value}
    return reverse(route, args=[key]) + (f"?{urlencode(asked)}" if asked else "")


def shown_types() -> frozenset[str]:
    """Types of the files that are shown in the page, as they are or converted."""
    return INLINE | converted_types()


def key_in(text: str) -> UUID | None:
    """A file's key from an address; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class OpenedPaper:
    """One of the papers on the page."""

    file: Evidence
    page: int | None
    page_end: int | None
    passage: str

    @classmethod
    def asked(cls, file: Evidence, query: QueryDict, prefix: str = "") -> "OpenedPaper":
        """The place that an address names; ``prefix`` distinguishes the second paper."""
        page, last = (whole(query.get(f"{prefix}{name}")) or None for name in ("page", "page_end"))
        return cls(file, page, last if page and last and last > page else None, query.get(f"{prefix}passage", "")[:LONGEST_PASSAGE])

    @property
    def download(self) -> str:
        """Address for keeping it."""
        return reverse("documents:download", args=[self.file.key])

    @property
    def source(self) -> str:
        """Address that sends it for showing."""
        return f"{self.download}?view=1"

    @property
    def quarantine(self) -> str:
        """Why it cannot be opened, in words; empty when it can."""
        return self.file.quarantine

    @property
    def is_image(self) -> bool:
        """Whether it is a picture."""
        return self.file.content_type.startswith("image/")

    @property
    def inline(self) -> bool:
        """Whether a browser shows it in the page as it is."""
        return self.file.content_type in INLINE

    @property
    def converted(self) -> str:
        """Address of what is shown of it where it is converted; empty for all others."""
        is_converted = self.file.content_type in converted_types()
        return converted_address(self.file.key, Citation.of(self)) if is_converted else ""
