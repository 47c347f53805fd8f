"""A file opened for reading at a place in it: what the page of one file and of two shows."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from greendistrict.core.integers import whole
from greendistrict.documents.inspection import KINDS
from greendistrict.documents.models import Evidence

INLINE = frozenset(kind.content_type for kind in KINDS.values() if kind.inline)
LONGEST_PASSAGE = 200


def reading_address(key: object, page: int | None = None, passage: str = "") -> str:
    """Address of the page that shows a file at a page of it, with a passage marked."""
    asked = {name: value for name, value in (("page", page), ("passage", passage)) if value}
    return reverse("documents:reading", args=[key]) + (f"?{urlencode(asked)}" if asked else "")


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
    passage: str

    @classmethod
    def asked(cls, file: Evidence, query: QueryDict, prefix: str = "") -> "OpenedPaper":
        """The place that an address names; ``prefix`` distinguishes the second paper."""
        return cls(file, whole(query.get(f"{prefix}page")) or None, query.get(f"{prefix}passage", "")[:LONGEST_PASSAGE])

    @property
    def download(self) -> str:
        """Address for keeping it."""
        return reverse("documents:download", args=[self.file.key])

    @property
    def source(self) -> str:
        """Address that sends it for showing."""
        return f"{self.download}?view=1"

    @property
    def is_image(self) -> bool:
        """Whether it is a picture."""
        return self.file.content_type.startswith("image/")

    @property
    def inline(self) -> bool:
        """Whether a browser shows it in the page."""
        return self.file.content_type in INLINE
