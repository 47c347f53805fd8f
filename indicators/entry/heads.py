"""Columns that a person chooses for heads of a table of clauses: carried from preview to preview, kept for the body once it is written."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.core import signing
from django.http import HttpRequest

from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks.pages import VALID_SECONDS
from greendistrict.documents.workbooks.remembered import newly_chosen, remembered_heads
from indicators.entry.rows import ClauseHeads

SALT = "indicators.entry.heads"
CHOOSE = "choose"  # the button: what the selects propose counts with it only


class ChapterHeads(NamedTuple):
    """Labels of columns by head (``bare_head``): those ``known`` when the table was first sent, and those ``chosen`` since."""

    known: Mapping[str, str]
    chosen: Mapping[str, str]

    @property
    def all(self) -> dict[str, str]:
        """Those by which the table is read."""
        return {**self.known, **self.chosen}

    def signed(self, read: Collection[str]) -> str:
        """To be sent back; ``read``: heads that are read and may be left out."""
        return signing.dumps({"known": dict(self.known), "chosen": dict(self.chosen), "read": list(read)}, salt=SALT, compress=True)


def heads_of(request: HttpRequest) -> ChapterHeads:
    """What the preview was read by, with what is chosen now; what the bodies of the person chose before for a first one.

    Raises ``Refused`` for a preview that is too old: it would be written otherwise than it was shown.
    """
    sent = request.POST.get("heads", "")
    if not sent:
        return ChapterHeads(remembered_heads(ClauseHeads.kind, viewer_of(request).held.organisation_ids), {})
    try:
        kept = signing.loads(sent, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature as error:
        msg = "预览已失效，请重新预览"
        raise Refused(msg) from error
    before = ChapterHeads(kept["known"], kept["chosen"])
    if request.POST.get("do") != CHOOSE:
        return before
    given = zip(request.POST.getlist("head"), request.POST.getlist("column"), strict=False)
    return before._replace(chosen={**before.chosen, **newly_chosen(given, kept["read"], before.all)})
