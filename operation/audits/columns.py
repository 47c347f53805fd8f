"""Columns of an energy audit."""

from decimal import Decimal

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, NumberColumn, TextColumn
from operation.audits.models import EnergyAudit

MOST = Decimal("999999999.99")
AUDIT = Columns(
    EnergyAudit,
    subject=TextColumn(),
    auditor=TextColumn(),
    audited_on=DayColumn(),
    area=NumberColumn("m²", most=MOST),
    consumed=NumberColumn("tce", most=MOST),
    saving=NumberColumn("tce", most=MOST),
    measures=TextColumn(rows=3),
)
