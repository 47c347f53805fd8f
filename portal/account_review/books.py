"""The review of a year as a workbook."""

from collections.abc import Iterable

from greendistrict.core import clock
from greendistrict.documents.list_workbook import list_book
from portal.account_review.selectors import ReviewLine

HEADS = (
    ("姓名", 12),
    ("账号", 18),
    ("单位与岗位", 50),
    ("最近登录", 18),
    ("双因素", 14),
    ("结论", 12),
    ("说明", 30),
    ("复核管理员", 12),
    ("复核时间", 18),
)


def review_book(year: int, lines: Iterable[ReviewLine]) -> bytes:
    """Workbook of the review; accounts not yet reviewed have an empty outcome."""
    lines = list(lines)
    return list_book("账号", f"{year}年账号年度复核", HEADS, map(_cells, lines), demo=any(line.person.is_demo for line in lines))


def _cells(line: ReviewLine) -> tuple[str, ...]:
    one = line.review
    last = f"{line.last_login.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}" if line.last_login else ""
    known = (line.person.name, line.person.username, "；".join(line.posts), last, line.factor)
    if one is None:
        return (*known, "", "" if line.is_owed else "本年新授岗位", "", "")
    return (
        *known,
        one.get_outcome_display(),
        one.remark,
        one.reviewed_by.name,
        f"{one.reviewed_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}",
    )
