"""Columns of the entries of the ledger."""

from decimal import Decimal

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, NumberColumn, TextColumn, WholeColumn
from greendistrict.core.widgets import OLDEST_YEAR
from operation.entries.models import (
    DigitalPlatform,
    EnergyAudit,
    ManagementBody,
    MechanismMeeting,
    MechanismRecord,
    PublicEvent,
    TrainingSession,
    YearFund,
)

BODY = Columns(
    ManagementBody,
    name=TextColumn(),
    duties=TextColumn(rows=3),
    basis=TextColumn(),
    set_up_on=DayColumn(first=OLDEST_YEAR),
    staff=WholeColumn("人", most=100_000),
)


RECORD = Columns(
    MechanismRecord,
    mechanism=ChoiceColumn(),
    standing=ChoiceColumn(),
    lead=TextColumn(),
    members=TextColumn(),
    basis=TextColumn(),
    established_on=DayColumn(first=OLDEST_YEAR),
)
MEETING = Columns(
    MechanismMeeting,
    mechanism=ChoiceColumn(),
    title=TextColumn(),
    held_on=DayColumn(),
    attended=WholeColumn("人", most=1_000_000),
    outcome=TextColumn(rows=3),
)


PLATFORM = Columns(
    DigitalPlatform,
    kind=ChoiceColumn(),
    name=TextColumn(),
    standing=ChoiceColumn(),
    owner=TextColumn(),
    coverage=NumberColumn("%"),
    interfaces=TextColumn(),
    in_use_on=DayColumn(),
)


PEOPLE = 1_000_000
TRAINING = Columns(
    TrainingSession,
    tier=ChoiceColumn(),
    title=TextColumn(),
    planned_on=DayColumn(),
    held_on=DayColumn(),
    hours=NumberColumn("学时", shown=1),
    invited=WholeColumn("人", most=PEOPLE),
    attended=WholeColumn("人", most=PEOPLE),
    material=TextColumn(),
    rating=NumberColumn("%"),
    result=TextColumn(rows=3),
)


MOST_AUDITED = Decimal("999999999.99")
AUDIT = Columns(
    EnergyAudit,
    subject=TextColumn(),
    auditor=TextColumn(),
    audited_on=DayColumn(),
    area=NumberColumn("m²", most=MOST_AUDITED),
    consumed=NumberColumn("tce", most=MOST_AUDITED),
    saving=NumberColumn("tce", most=MOST_AUDITED),
    measures=TextColumn(rows=3),
)


EVENT = Columns(
    PublicEvent,
    kind=ChoiceColumn(),
    title=TextColumn(),
    held_on=DayColumn(),
    channel=TextColumn(),
    attended=WholeColumn("人", most=100_000_000),
)


MOST_FUNDS = Decimal("99999999.99")
FUND = Columns(
    YearFund,
    kind=ChoiceColumn(),
    source=TextColumn(),
    document=TextColumn(),
    budget=NumberColumn("万元", most=MOST_FUNDS),
    used=NumberColumn("万元", most=MOST_FUNDS),
    purpose=TextColumn(),
)
