"""Forms for assigning rows to one assignee or to several at once."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, cast

from django import forms

from assessments.sharing.selectors import ClauseGroup, assignable_bureaus, assignable_people, bureau_key
from assessments.sharing.services import GivenRows
from assessments.tables.models import ScoreTable
from greendistrict.accounts.models import Organisation, User
from greendistrict.core.widgets import DayField

PERSON = "person"


class GivingForm(forms.Form):
    """Deadline and note; choices of assignees by posted key."""

    due_on = DayField(label="完成期限", required=False)
    note = forms.CharField(label="填报要求", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, table: ScoreTable, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bureaus = {bureau_key(one): one for one in assignable_bureaus(table.district)}
        self.people = {f"{PERSON}:{one.pk}": one for one in assignable_people(table.district, today)}

    def assignees(self, nobody: str) -> list[tuple[str, Any]]:
        """Choices of assignees, with the label of the empty choice."""
        return [
            ("", nobody),
            ("数据提供部门", [(key, str(one)) for key, one in self.bureaus.items()]),
            ("经办人", [(key, one.name) for key, one in self.people.items()]),
        ]


class SeveralForm(GivingForm):
    """An assignee for each group of clauses; empty to leave the group unassigned."""

    def __init__(self, *args: Any, table: ScoreTable, today: dt.date, groups: Sequence[ClauseGroup], **kwargs: Any) -> None:
        super().__init__(*args, table=table, today=today, **kwargs)
        self.groups = groups
        for group in groups:
            choices = self.assignees("不分派")
            self.fields[group.key] = forms.ChoiceField(label=group.title, choices=choices, required=False, initial=group.proposed)

    def parts(self, ticked: Collection[str]) -> list[GivenRows]:
        """Ticked clauses by assignee."""
        found: dict[str, list[str]] = {}
        for group in self.groups:
            items = [item.id for item in group.free if item.id in ticked]
            if (key := self.cleaned_data[group.key]) and items:
                found.setdefault(key, []).extend(items)
        return [GivenRows(items, self.bureaus.get(key), self.people.get(key)) for key, items in found.items()]


class ShareForm(GivingForm):
    """Chapters or clauses, who gets them, by when."""

    assignee = forms.ChoiceField(label="分派给", choices=())
    field_order = ("assignee", "due_on", "note")

    def __init__(self, *args: Any, table: ScoreTable, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, table=table, today=today, **kwargs)
        cast("forms.ChoiceField", self.fields["assignee"]).choices = self.assignees("请选择")

    @property
    def organisation(self) -> Organisation | None:
        """The bureau chosen."""
        return self.bureaus.get(self.cleaned_data["assignee"])

    @property
    def person(self) -> User | None:
        """The person chosen."""
        return self.people.get(self.cleaned_data["assignee"])
