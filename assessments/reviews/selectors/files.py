"""Files beside a clause under review: evidence at its page first, then the papers of the case; one of them is shown."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from assessments.reviews.enums import ReviewState
from assessments.reviews.models.review import Review
from greendistrict.accounts.models import User
from greendistrict.documents.citations import Citation
from greendistrict.documents.enums import WITHHELD
from greendistrict.documents.models import Evidence
from greendistrict.documents.reading import INLINE, converted_address, reading_address, shown_types
from greendistrict.documents.selectors import withheld_keys


@dataclass(frozen=True)
class ClauseFile:
    """One file; ``page``, ``page_end`` and ``passage`` are where the district says the proof stands, None or 0 for no page.

    ``withheld``: it is too confidential for the reader, who learns only that it is there.
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
        """Whether it is a picture."""
        return self.content_type.startswith("image/")

    @property
    def inline(self) -> bool:
        """Whether a browser shows it in the page as it is."""
        return self.content_type in INLINE

    @property
    def in_page(self) -> bool:
        """Whether it is shown in the page, as it is or converted; other kinds are downloaded."""
        return self.content_type in shown_types()

    @property
    def converted(self) -> str:
        """Address of what is shown of it where it is converted; empty for all others."""
        return converted_address(self.key, Citation.of(self)) if self.in_page and not self.inline else ""

    @property
    def download(self) -> str:
        """Address for keeping it."""
        return reverse("documents:download", args=[self.key])

    @property
    def source(self) -> str:
        """Address that sends it for showing."""
        return f"{self.download}?view=1"

    @property
    def href(self) -> str:
        """Address for reading it in a window of its own, at the stated page."""
        return reading_address(self.key, Citation.of(self)) if self.in_page else self.download

    @property
    def beside(self) -> str:
        """What the address of another file needs to show this one beside it."""
        place = {f"beside_{name}": value for name, value in Citation.of(self)._asdict().items() if value}
        return urlencode({"beside": self.key, **place})


@dataclass(frozen=True)
class Viewer:
    """All files of a clause and the one that is open."""

    files: tuple[ClauseFile, ...]
    current: ClauseFile | None

    @property
    def number(self) -> int:
        """Place of the open one, from 1; 0 for none."""
        return self.files.index(self.current) + 1 if self.current else 0


def viewer_of(user: User, review: Review, item_id: str, wanted: str) -> Viewer:
    """Files of a clause with the ``wanted`` one open, else the first evidence that the page shows. Two queries where there are files."""
    if review.status in {ReviewState.CONCLUDED, ReviewState.STOPPED}:
        return Viewer((), None)
    files = [
        ClauseFile(
            one["title"], one["key"], one["type"], one["page"], of_case=False, passage=one.get("passage", ""), page_end=one.get("page_end")
        )
        for one in review.claims[item_id]["evidence"]
    ]
    files += _papers(review)
    closed = withheld_keys(user, (one.key for one in files))
    files = [replace(one, title=WITHHELD, passage="", withheld=True) if one.key in closed else one for one in files]
    readable = [one for one in files if not one.withheld]
    chosen = next((one for one in readable if one.key == wanted), None)
    first = next((one for one in readable if one.in_page and not one.of_case), None)
    return Viewer(tuple(files), chosen or first or next(iter(readable), None))


def _papers(review: Review) -> list[ClauseFile]:
    named = review.subject.get("documents", [])
    keys = [UUID(one["key"]) for one in named]
    kinds = {str(key): kind for key, kind in Evidence.objects.filter(key__in=keys).values_list("key", "content_type")} if keys else {}
    return [ClauseFile(one["title"], one["key"], kinds.get(one["key"], ""), None, of_case=True) for one in named]
