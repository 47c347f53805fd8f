"""Columns of a request for information."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, TextColumn
from outreach.disclosures.models import ADDRESS, CONTACT, IDENTITY, REPLY, WANTED, DisclosureRequest

REQUEST = Columns(
    DisclosureRequest,
    asker=ChoiceColumn(radio=True),
    name=TextColumn(autocomplete="name"),
    identity=TextColumn(most=IDENTITY, autocomplete="off"),
    contact=TextColumn(most=CONTACT),
    wanted=TextColumn(rows=5, most=WANTED),
    delivery=ChoiceColumn(radio=True),
    address=TextColumn(most=ADDRESS, autocomplete="street-address"),
    extension_reason=TextColumn(),
    asked_words=TextColumn(rows=3),
    asked_until=DayColumn(),
    completion=TextColumn(rows=4, most=WANTED),
    outcome=ChoiceColumn(),
    withheld=ChoiceColumn(empty="不适用"),
    reply=TextColumn(rows=5, most=REPLY),
    reply_number=TextColumn(),
    replied_on=DayColumn(),
    served_on=DayColumn(),
)
