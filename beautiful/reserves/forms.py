"""Forms of the reserve libraries: opening a project, intake, entry in a national library, filter."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from beautiful.reserves.columns import PROPOSAL_ENTERED, PROPOSAL_LIST, PROPOSAL_LISTED, PROPOSAL_OPENED
from beautiful.reserves.models import ReadinessAnswer, ReserveProject
from beautiful.reserves.screening import screening
from districts.file.forms import VersionMixin
from districts.plausibility.views import ExplainedForm
from districts.projects.models import KeyProject
from greendistrict.accounts.models import Organisation
from greendistrict.columns.filters import ColumnFilter, ListFilter, WordsFilter
from greendistrict.columns.forms import ColumnsForm, with_columns


@with_columns(PROPOSAL_OPENED)
class ReserveOpenForm(ColumnsForm):
    """Body, library, area and title of a new project."""

    def __init__(self, data: Any = None, *, bodies: QuerySet[Organisation]) -> None:
        own = list(bodies[:2])
        super().__init__(data, auto_id="new-%s", initial={"proposer": own[0] if len(own) == 1 else None})
        self.fields["proposer"].queryset = bodies  # type: ignore[attr-defined]


@with_columns(PROPOSAL_ENTERED)
class ReserveForm(ExplainedForm, VersionMixin, ColumnsForm):
    """Intake; only library, area and title are required before submission."""

    def __init__(self, data: Any = None, *, project: ReserveProject, linked: QuerySet[KeyProject]) -> None:
        readiness = {f"readiness_{key}": value for key, value in project.readiness.items()}
        super().__init__(data, initial={**self.initial_of(project), **readiness, "version": project.version})
        self.fields["key_project"].queryset = linked  # type: ignore[attr-defined]
        self.fields["key_project"].label_from_instance = lambda one: f"{one.district}　{one}"  # type: ignore[attr-defined]
        for point in screening().readiness:
            choices = [("", "未填"), *ReadinessAnswer.choices]
            self.fields[f"readiness_{point.key}"] = forms.ChoiceField(label=point.label, choices=choices, required=False)

    @property
    def readiness_fields(self) -> list[forms.BoundField]:
        """One field for each readiness question."""
        return [self[f"readiness_{point.key}"] for point in screening().readiness]

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        given = super().clean() or {}
        if given.get("starts_on") and given.get("ends_on") and given["ends_on"] < given["starts_on"]:
            self.add_error("ends_on", "计划完成不能早于计划开始")
        return given

    def values(self) -> Mapping[str, Any]:
        """Keyword arguments for the service."""
        given = self.cleaned_data
        answers = {point.key: given[f"readiness_{point.key}"] for point in screening().readiness}
        readiness = {key: value for key, value in answers.items() if value}
        return {**{name: given[name] for name in self.columns}, "readiness": readiness}


class ReserveEntryForm(forms.Form):
    """Entry of the project in the national library."""

    listed_on, listed_basis = (column.form_field(required=True) for column in PROPOSAL_LISTED.values())


class ReserveFilter(ListFilter):
    """Filter of the list."""

    q = WordsFilter("名称、编号或单位", "title", "number", "proposer__name")
    pool, area, status = (ColumnFilter(PROPOSAL_LIST.columns[name]) for name in ("pool", "area", "status"))
