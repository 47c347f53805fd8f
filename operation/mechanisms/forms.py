"""Entry forms of mechanisms and meetings."""

from typing import Any, ClassVar

from django import forms

from assessments.common.mechanism import STANDINGS
from districts.file.forms.fields import day
from greendistrict.columns.form_fields import whole
from operation.common.forms import EntryForm
from operation.mechanisms.models import ESTABLISHED, MECHANISMS

PEOPLE = 1_000_000
REACHED = next(one.label for one in STANDINGS if one.key == ESTABLISHED)


class MechanismRecordForm(EntryForm):
    """A mechanism of the ledger's year."""

    mechanism = forms.ChoiceField(label="机制", choices=MECHANISMS, help_text="前两项是七（三）1的应建立机制")
    standing = forms.ChoiceField(label="情况", choices=[(one.key, one.label) for one in STANDINGS])
    lead = forms.CharField(label="牵头单位", max_length=100, required=False)
    members = forms.CharField(label="参加单位", max_length=500, required=False, help_text="各单位之间用顿号隔开")
    basis = forms.CharField(label="依据文件", max_length=200, required=False, help_text="名称和文号")
    established_on = day("建立日期")

    def clean(self) -> dict[str, Any]:
        """Refuse an establishment date that contradicts the state: to come when established, past when not."""
        data = super().clean()
        if data.get("standing") == ESTABLISHED:
            self.refuse_later_day("established_on", data.get("established_on"))
        else:
            self.refuse_past_day("established_on", data.get("established_on"), REACHED)
        return data


class MechanismMeetingForm(EntryForm):
    """A meeting or evaluation of the ledger's year."""

    of_year: ClassVar[tuple[str, ...]] = ("held_on",)
    done: ClassVar[tuple[str, ...]] = ("held_on",)
    mechanism = forms.ChoiceField(label="机制", choices=MECHANISMS)
    title = forms.CharField(label="议题或评估事项", max_length=200)
    held_on = day("日期", required=True)
    attended = whole("参加人数", "人", maximum=PEOPLE)
    outcome = forms.CharField(label="结论和落实", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
