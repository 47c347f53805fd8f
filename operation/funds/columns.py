"""Columns of a fund."""

from decimal import Decimal

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, NumberColumn, TextColumn
from operation.funds.models import YearFund

MOST = Decimal("99999999.99")
FUND = Columns(
    YearFund,
    kind=ChoiceColumn(),
    source=TextColumn(),
    document=TextColumn(),
    budget=NumberColumn("万元", most=MOST),
    used=NumberColumn("万元", most=MOST),
    purpose=TextColumn(),
)
