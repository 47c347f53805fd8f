"""Files shown beside a clause under review: its evidence at the cited page, then the papers of the case; one of them is open."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from assessments.reviews.enums import ENDED_STATES
from assessments.reviews.models.review import Review
from greendistrict.accounts.viewer import Viewer
from greendistrict.documents.citations import Citation
from greendistrict.documents.enums import WITHHELD
from greendistrict.documents.models import Evidence
from greendistrict.documents.reading import INLINE, converted_address, reading_address, shown_types
from greendistrict.documents.selectors import withheld_keys


@dataclass(frozen=True)
class ClauseFile:
    """A file; ``page``, ``page_end`` and ``passage`` say where the district locates the proof (None or 0 for no page).

    ``withheld``: the file is too confidential for the reader, who only learns that it exists.
    """

    title: str
    key: str
    content_type: str
    page: int | None
    of_case: bool
    withheld: bool = False
    passage: str = ""
    page_end: int | None = None

    @property
    def is_image(self) -> bool:
        """Whether it is an image."""
        return self.content_type.startswith("image/")

    @property
    def inline(self) -> bool:
        """Whether a browser can show the file itself inside the page."""
        return self.content_type in INLINE

    @property
    def in_page(self) -> bool:
        """Whether it is shown inside the page, directly or converted; other kinds are downloaded."""
        return self.content_type in shown_types()

    @property
    def converted(self) -> str:
        """URL of the converted file; empty if no conversion is needed."""
        return converted_address(self.key, Citation.of(self)) if self.in_page and not self.inline else ""

    @property
    def download(self) -> str:
        """URL for downloading."""
        return reverse("documents:download", args=[self.key])

    @property
    def source(self) -> str:
        """URL for showing it inside the page."""
        return f"{self.download}?view=1"

    @property
    def href(self) -> str:
        """URL for opening it in its own window at the cited page."""
        return reading_address(self.key, Citation.of(self)) if self.in_page else self.download

    @property
    def beside(self) -> str:
        """Query string with which the page of another file shows this one beside it."""
        place = {f"beside_{name}": value for name, value in Citation.of(self)._asdict().items() if value}
        return urlencode({"beside": self.key, **place})


@dataclass(frozen=True)
class FilePane:
    """All files of a clause and the one that is open."""

    files: tuple[ClauseFile, ...]
    current: ClauseFile | None

    @property
    def number(self) -> int:
        """Position of the open file, from 1; 0 for none."""
        return self.files.index(self.current) + 1 if self.current else 0


def file_pane_of(viewer: Viewer, review: Review, item_id: str, wanted: str) -> FilePane:
    """Files of a clause with ``wanted`` open, else the first evidence that can be shown. Two queries, fewer without files."""
    if review.status in ENDED_STATES:
        return FilePane((), None)
    files = [
        ClauseFile(
            one["title"], one["key"], one["type"], one["page"], of_case=False, passage=one.get("passage", ""), page_end=one.get("page_end")
        )
        for one in review.claims[item_id]["evidence"]
    ]
    named = review.subject.get("documents", [])
    keys = [UUID(one["key"]) for one in named]
    kinds = {str(key): kind for key, kind in Evidence.objects.filter(key__in=keys).values_list("key", "content_type")} if keys else {}
    files += [ClauseFile(one["title"], one["key"], kinds.get(one["key"], ""), None, of_case=True) for one in named]
    closed = withheld_keys(viewer, (one.key for one in files))
    files = [replace(one, title=WITHHELD, passage="", withheld=True) if one.key in closed else one for one in files]
    readable = [one for one in files if not one.withheld]
    chosen = next((one for one in readable if one.key == wanted), None)
    first = next((one for one in readable if one.in_page and not one.of_case), None)
    return FilePane(tuple(files), chosen or first or next(iter(readable), None))
