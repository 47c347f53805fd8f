"""Columns of an event, with the list of events, of a row of its programme and of a sign-up."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, NumberColumn, TextColumn, WholeColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import StateColumn
from outreach.exchange.lifecycle import EXCHANGE
from outreach.exchange.models import CONTACT, EVALUATION, MOST_PLACES, SUMMARY, AgendaRow, EventSignUp, ExchangeEvent

EVENT = Columns(
    ExchangeEvent,
    kind=ChoiceColumn(css="gd-nowrap"),
    title=TextColumn(),
    summary=TextColumn(rows=5, most=SUMMARY),
    place=TextColumn(empty="—"),
    starts_on=DayColumn(),
    ends_on=DayColumn(),
    capacity=WholeColumn("人", least=1, most=MOST_PLACES),
    circle=ChoiceColumn(css="gd-nowrap"),
    sign_up_until=DayColumn(),
    tier=ChoiceColumn(empty="不是培训"),
    hours=NumberColumn(shown=1),
    evaluation=TextColumn(rows=4, most=EVALUATION),
    status=StateColumn(EXCHANGE.state, EXCHANGE.choices),
    number=TextColumn(empty="—", css="gd-nowrap"),
)
EVENT_WRITTEN = EVENT.without("evaluation", "status", "number")
EVENT_LIST = ListTable(
    EVENT,
    "title",
    "kind",
    "starts_on",
    "place",
    "circle",
    "status",
    "number",
    caption="交流活动",
    demo="is_demo",
    order=("-starts_on", "-pk"),
)
ROW = Columns.of(AgendaRow, "day", "subject", "speaker")
SIGN_UP = Columns(
    EventSignUp,
    name=TextColumn(autocomplete="name"),
    body=TextColumn(autocomplete="organization"),
    contact=TextColumn(most=CONTACT),
    comment=TextColumn(rows=2),
    struck_reason=TextColumn(),
)
