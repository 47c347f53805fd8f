"""Columns that a person chooses for heads of a table of clauses: carried from preview to preview, kept for the body once it is written."""

from collections.abc import Collection, Mapping

from django.core import signing
from django.http import HttpRequest

from greendistrict.accounts.viewer import viewer_of
from greendistrict.documents.workbooks.heads_alike import bare_head
from greendistrict.documents.workbooks.pages import VALID_SECONDS
from greendistrict.documents.workbooks.remembered import remembered_heads
from indicators.entry.rows import ClauseHeads

SALT = "indicators.entry.heads"
CHOOSE = "choose"  # the button: what the selects propose counts with it only


def chosen_labels(request: HttpRequest) -> dict[str, str]:
    """Labels of columns by head (``bare_head``) that were chosen since the table was sent, the last ones included."""
    try:
        kept = signing.loads(request.POST.get("heads", ""), salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        kept = {"labels": {}, "read": []}
    if request.POST.get("do") != CHOOSE:
        return dict(kept["labels"])
    given = zip(request.POST.getlist("head"), request.POST.getlist("column"), strict=False)
    return {**kept["labels"], **{bare_head(head): label for head, label in given if label or head in kept["read"]}}


def signed_labels(labels: Mapping[str, str], read: Collection[str]) -> str:
    """What was chosen, to be sent back; ``read``: heads that are read and may be left out."""
    return signing.dumps({"labels": dict(labels), "read": list(read)}, salt=SALT, compress=True)


def known_labels(request: HttpRequest) -> dict[str, str]:
    """Labels of columns by head as they were chosen before in the bodies of the person."""
    return remembered_heads(ClauseHeads.kind, viewer_of(request).held.organisation_ids)
