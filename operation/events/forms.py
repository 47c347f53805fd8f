"""Entry form of an event."""

from typing import ClassVar

from django import forms

from districts.file.forms.fields import day
from greendistrict.columns.form_fields import whole
from operation.common.forms import EntryForm
from operation.events.enums import EventKind

PEOPLE = 100_000_000


class PublicEventForm(EntryForm):
    """An event of the ledger's year."""

    of_year: ClassVar[tuple[str, ...]] = ("held_on",)
    done: ClassVar[tuple[str, ...]] = ("held_on",)
    kind = forms.ChoiceField(label="类别", choices=EventKind.choices)
    title = forms.CharField(label="活动名称", max_length=200)
    held_on = day("日期", required=True)
    channel = forms.CharField(label="渠道或者地点", max_length=200, required=False, help_text="如电视、网络、展会、论坛")
    attended = whole("参加人数", "人", maximum=PEOPLE)
