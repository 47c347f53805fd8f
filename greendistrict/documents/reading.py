"""A file opened at a place in it, for the pages that show one file or two side by side."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from greendistrict.core.integers import whole
from greendistrict.documents.citations import Citation
from greendistrict.documents.models import Evidence
from greendistrict.documents.office.conversion import converted_types
from greendistrict.documents.office.inspection import KINDS

INLINE = frozenset(kind.content_type for kind in KINDS.values() if kind.inline)
LONGEST_PASSAGE = 200
NOWHERE = Citation()


def reading_address(key: object, place: Citation = NOWHERE) -> str:
    """URL of the page that shows a file at a place, with its passage marked."""
    return _at("documents:reading", key, place)


def converted_address(key: object, place: Citation = NOWHERE) -> str:
    """URL of the converted Office file: the viewer, once its PDF is made."""
    return _at("documents:converted", key, place)


def _at(route: str, key: object, place: Citation) -> str:
    asked = {name: value for name, value in place._asdict().items() if value}
    return reverse(route, args=[key]) + (f"?{urlencode(asked)}" if asked else "")


def shown_types() -> frozenset[str]:
    """Content types shown in the page, directly or converted."""
    return INLINE | converted_types()


def key_in(text: str) -> UUID | None:
    """A file's key from a URL parameter; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class OpenedPaper:
    """One of the files shown on the page."""

    file: Evidence
    page: int | None
    page_end: int | None
    passage: str

    @classmethod
    def asked(cls, file: Evidence, query: QueryDict, prefix: str = "") -> "OpenedPaper":
        """The place given by a URL; ``prefix`` distinguishes the second file."""
        page, last = (whole(query.get(f"{prefix}{name}")) or None for name in ("page", "page_end"))
        return cls(file, page, last if page and last and last > page else None, query.get(f"{prefix}passage", "")[:LONGEST_PASSAGE])

    @property
    def download(self) -> str:
        """URL for downloading it."""
        return reverse("documents:download", args=[self.file.key])

    @property
    def source(self) -> str:
        """URL for viewing it."""
        return f"{self.download}?view=1"

    @property
    def quarantine(self) -> str:
        """Why it cannot be opened, in words; empty if it can."""
        return self.file.quarantine

    @property
    def is_image(self) -> bool:
        """Whether it is a picture."""
        return self.file.content_type.startswith("image/")

    @property
    def inline(self) -> bool:
        """Whether browsers show it in the page directly."""
        return self.file.content_type in INLINE

    @property
    def converted(self) -> str:
        """URL of its converted form; empty for files that are not converted."""
        is_converted = self.file.content_type in converted_types()
        return converted_address(self.file.key, Citation.of(self)) if is_converted else ""
