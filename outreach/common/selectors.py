"""Look up filings that are kept apart."""

from approvals.cases.models.correspondence import Notice
from outreach.common.models import HeldFiling
from outreach.common.receipts import digest_of


def held_of_receipt(code: str) -> HeldFiling | None:
    """The filing kept apart with this receipt code; None if there is none, or it became a matter."""
    return HeldFiling.objects.select_related("notice", "district", "event").filter(digest=digest_of(code)).first()


def held_on(notice: Notice) -> int:
    """Number of objections to a notice that nobody has looked through."""
    return HeldFiling.objects.filter(notice=notice, closed_at__isnull=True).count()
