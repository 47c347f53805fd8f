"""Columns of an event, of a row of its programme and of a sign-up."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, NumberColumn, TextColumn, WholeColumn
from outreach.exchange.models import CONTACT, EVALUATION, MOST_PLACES, SUMMARY, AgendaRow, EventSignUp, ExchangeEvent

EVENT = Columns(
    ExchangeEvent,
    kind=ChoiceColumn(),
    title=TextColumn(),
    summary=TextColumn(rows=5, most=SUMMARY),
    place=TextColumn(),
    starts_on=DayColumn(),
    ends_on=DayColumn(),
    capacity=WholeColumn("人", least=1, most=MOST_PLACES),
    circle=ChoiceColumn(),
    sign_up_until=DayColumn(),
    tier=ChoiceColumn(empty="不是培训"),
    hours=NumberColumn(shown=1),
    evaluation=TextColumn(rows=4, most=EVALUATION),
)
ROW = Columns(AgendaRow, day=DayColumn(), subject=TextColumn(), speaker=TextColumn())
SIGN_UP = Columns(
    EventSignUp,
    name=TextColumn(autocomplete="name"),
    body=TextColumn(autocomplete="organization"),
    contact=TextColumn(most=CONTACT),
    comment=TextColumn(rows=2),
)
