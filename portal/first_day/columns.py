"""Columns of what keepers note at a line of the check."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, RelatedColumn, TextColumn
from portal.first_day.models import OpeningMark

MARK = Columns(
    OpeningMark,
    owner=RelatedColumn(help="在任的系统、安全、审计管理员"),
    due=DayColumn(),
    needless=TextColumn(label="理由", help="例如：本市不用短信，只用邮件和政务微信"),
)
