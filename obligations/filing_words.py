"""Words for filings that are owed on a year: one definition each, for every page, table, report and sentence that counts them (pure).

``OWED`` = ``FILED`` + ``MISSING`` + ``ENDED``; ``FILED`` = ``TIMELY`` + ``LATE``; ``RECEIVED`` is part of ``FILED``, ``OVERDUE`` and
``RETURNED`` are part of ``MISSING``. Sentences that ask for what was not filed count ``OVERDUE``.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import TextChoices

from obligations.duties import RETURNED as RETURNED_STATES
from obligations.duties import Obligation, ObligationState


class Filing(TextChoices):
    """Words for what is owed on a year, in the order in which tables show them."""

    OWED = "owed", "应报"
    FILED = "filed", "已报送"
    TIMELY = "timely", "按时报送"
    LATE = "late", "逾期报送"
    RECEIVED = "received", "已接收"
    MISSING = "missing", "未报送"
    OVERDUE = "overdue", "逾期未报"
    RETURNED = "returned", "退回补充"
    ENDED = "ended", "称号终止时未报"
    WAIVED = "waived", "免报"


MEANINGS: Mapping[Filing, str] = {
    Filing.OWED: "年末持有称号、期限前称号没有终止、申报主体在平台办理的城区应当报送的，免报的不计",
    Filing.FILED: "应报中已由报送单位签发报送的，不论市级是否接收",
    Filing.TIMELY: "已报送中在期限以内（含当日）报送的",
    Filing.LATE: "已报送中在期限以后报送的",
    Filing.RECEIVED: "已报送中市级已经接收的",
    Filing.MISSING: "应报中没有报送、现在仍应报送的，包括没有到期的和退回后没有重报的",
    Filing.OVERDUE: "未报送中期限已过的，只对这些督促补报",
    Filing.RETURNED: "未报送中市级退回补充、没有重报的",
    Filing.ENDED: "应报中期限已过没有报送，之后称号取消、撤销或退出的，不再要求补报",
    Filing.WAIVED: "经批准不用报送的，不计入应报",
}


def filing_of(row: Obligation, today: dt.date) -> frozenset[Filing]:
    """The words that apply to one duty on a day."""
    state = row.state(today)
    if state == ObligationState.WAIVED:
        return frozenset({Filing.WAIVED})
    holds = {
        Filing.OWED: True,
        Filing.FILED: row.met_on is not None,
        Filing.TIMELY: state == ObligationState.MET,
        Filing.LATE: state == ObligationState.LATE,
        Filing.RECEIVED: row.met_on is not None and row.is_received,
        Filing.MISSING: row.is_open,
        Filing.OVERDUE: state == ObligationState.OVERDUE,
        Filing.RETURNED: row.is_open and row.status in RETURNED_STATES,
        Filing.ENDED: state == ObligationState.ENDED,
    }
    return frozenset(word for word, applies in holds.items() if applies)


def counted(words: Iterable[Iterable[str]]) -> Counter[str]:
    """How many duties each word applies to, those that apply to none with 0."""
    found = Counter(dict.fromkeys(Filing.values, 0))
    for one in words:
        found.update(map(str, one))
    return found
