"""Forms of the reserve libraries: opening a project, intake, entry in a national library, filter."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from beautiful.frame.programme import programme
from beautiful.reserves.enums import ReadinessAnswer
from beautiful.reserves.lifecycle import RESERVE
from beautiful.reserves.models import FUNDING, ReserveProject
from beautiful.reserves.screening import screening
from beautiful.reserves.services import FIELDS
from districts.file.forms.fields import VersionMixin, day
from districts.plausibility.forms import ExplainedForm
from districts.projects.models import KeyProject
from greendistrict.accounts.models import Organisation
from greendistrict.columns.form_fields import figure, plain

ALL = ("", "全部")
TEXT = 4000
POOLS = [(pool, pool) for pool in programme().pools]
AREAS = [(area.key, area.name) for area in programme().areas]
LABELS = {"fiscal": "财政资金（万元）", "social": "社会资本（万元）", "other": "其他资金（万元）"}


class ReserveOpenForm(forms.Form):
    """Body, library, area and title of a new project."""

    proposer = forms.ModelChoiceField(label="申报单位", queryset=Organisation.objects.none(), empty_label="请选择")
    pool = forms.ChoiceField(label="储备库", choices=[("", "请选择"), *POOLS])
    area = forms.ChoiceField(label="重点领域", choices=[("", "请选择"), *AREAS])
    title = forms.CharField(label="项目名称", max_length=100)

    def __init__(self, data: Any = None, *, bodies: QuerySet[Organisation]) -> None:
        own = list(bodies[:2])
        super().__init__(data, auto_id="new-%s", initial={"proposer": own[0] if len(own) == 1 else None})
        self.fields["proposer"].queryset = bodies  # type: ignore[attr-defined]


class ReserveForm(ExplainedForm, VersionMixin):
    """Intake; only library, area and title are required before submission."""

    pool = forms.ChoiceField(label="储备库", choices=POOLS)
    area = forms.ChoiceField(label="重点领域", choices=AREAS)
    title = forms.CharField(label="项目名称", max_length=100)
    key_project = forms.ModelChoiceField(
        label="近期重点项目",
        queryset=KeyProject.objects.none(),
        required=False,
        empty_label="不连接",
        help_text="项目已列入城区的近期重点项目的，在这里连接",
    )
    content = forms.CharField(label="建设内容", max_length=TEXT, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    effect = forms.CharField(
        label="预期的生态环境效益", max_length=TEXT, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="有数量的写明出处"
    )
    starts_on = day("计划开始")
    ends_on = day("计划完成")
    fiscal = figure(LABELS["fiscal"], "", digits=12, places=2)
    social = figure(LABELS["social"], "", digits=12, places=2)
    other = figure(LABELS["other"], "", digits=12, places=2)
    funding_note = forms.CharField(label="资金来源", max_length=300, required=False, help_text="哪一级财政、哪类社会资本，批复或意向文件")

    def __init__(self, data: Any = None, *, project: ReserveProject, linked: QuerySet[KeyProject]) -> None:
        stored = {name: getattr(project, name) for name in FIELDS if name != "readiness"}
        stored |= {name: plain(stored[name]) for name in FUNDING if stored[name] is not None}
        stored |= {f"readiness_{key}": value for key, value in project.readiness.items()}
        super().__init__(data, initial={**stored, "version": project.version})
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
        return {**{name: given[name] for name in FIELDS if name != "readiness"}, "readiness": readiness}


class ReserveEntryForm(forms.Form):
    """Entry of the project in the national library."""

    listed_on = day("列入日期", required=True)
    listed_basis = forms.CharField(label="列入依据", max_length=200, help_text="名称和文号")


class ReserveFilter(forms.Form):
    """Filter of the list."""

    q = forms.CharField(label="名称、编号或单位", max_length=60, required=False)
    pool = forms.ChoiceField(label="储备库", required=False, choices=[ALL, *POOLS])
    area = forms.ChoiceField(label="重点领域", required=False, choices=[ALL, *AREAS])
    status = forms.ChoiceField(label="状态", required=False, choices=[ALL, *RESERVE.choices()])
