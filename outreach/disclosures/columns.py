"""Columns of a request for information, and the city's list of requests."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, TermColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import LeftColumn, MomentColumn, StateColumn
from outreach.disclosures.models import ADDRESS, CONTACT, IDENTITY, REPLY, WANTED, DisclosureRequest, YearlyDisclosureReport

REQUEST = Columns(
    DisclosureRequest,
    number=TextColumn(css="gd-nowrap"),
    asker=ChoiceColumn(radio=True),
    name=TextColumn(autocomplete="name"),
    identity=TextColumn(most=IDENTITY, autocomplete="off"),
    contact=TextColumn(most=CONTACT),
    wanted=TextColumn(rows=5, most=WANTED, brief=60),
    delivery=ChoiceColumn(radio=True),
    address=TextColumn(most=ADDRESS, autocomplete="address-line1"),
    extension_reason=TextColumn(),
    asked_words=TextColumn(rows=3),
    asked_until=DayColumn(),
    completion=TextColumn(rows=4, most=WANTED),
    third_party=TextColumn(),
    opinion_asked_on=DayColumn(),
    opinion_received_on=DayColumn(),
    opinion=ChoiceColumn(empty="尚未提出"),
    opinion_on=DayColumn(),
    opinion_words=TextColumn(rows=2),
    outcome=ChoiceColumn(empty="—"),
    withheld=ChoiceColumn(empty="不适用"),
    reply=TextColumn(rows=5, most=REPLY),
    reply_number=TextColumn(),
    replied_on=DayColumn(),
    served_on=DayColumn(),
    filed_at=MomentColumn(by_day=True),
    progress=StateColumn(label="办理情况"),
    due=TermColumn(label="答复期限"),
    left=LeftColumn(label="剩余时间"),
)
REQUEST_LIST = ListTable(REQUEST, "number", "wanted", "filed_at", "progress", "due/left", "outcome", caption="依申请公开", demo="is_demo")
REPORT = Columns(YearlyDisclosureReport, published_on=DayColumn())
