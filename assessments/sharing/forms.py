"""Form for assigning rows."""

from typing import Any

from django import forms

from assessments.sharing.selectors import assignable_bureaus, assignable_people
from assessments.tables.models import ScoreTable
from greendistrict.accounts.models import Organisation, User
from greendistrict.core.widgets import DayInput

BUREAU, PERSON = "bureau", "person"


class ShareForm(forms.Form):
    """Chapters or clauses, who gets them, by when."""

    assignee = forms.ChoiceField(label="分派给", choices=())
    due_on = forms.DateField(label="完成期限", required=False, widget=DayInput())
    note = forms.CharField(label="填报要求", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, table: ScoreTable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bureaus = {f"{BUREAU}:{one.pk}": one for one in assignable_bureaus(table.district)}
        self.people = {f"{PERSON}:{one.pk}": one for one in assignable_people(table.district)}
        groups = [
            ("", "请选择"),
            ("数据提供部门", [(key, str(one)) for key, one in self.bureaus.items()]),
            ("经办人", [(key, one.name) for key, one in self.people.items()]),
        ]
        self.fields["assignee"].choices = groups  # type: ignore[attr-defined]  # a choice of groups

    @property
    def organisation(self) -> Organisation | None:
        """The bureau chosen."""
        return self.bureaus.get(self.cleaned_data["assignee"])

    @property
    def person(self) -> User | None:
        """The person chosen."""
        return self.people.get(self.cleaned_data["assignee"])
