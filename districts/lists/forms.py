"""Forms of a plot, a key project and a municipal work."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from districts.common.enums import Acquisition, ControlStep, ProjectState
from districts.file.forms.fields import VersionMixin, day, figure, plain, yes_no, yes_no_initial
from districts.land.land_use import choices, code_of, name_of, words_of
from districts.plausibility.forms import ExplainedForm
from districts.plausibility.services import EXPLANATION
from districts.plots.models import Plot, PlotControl
from districts.projects.models import KeyProject, Work

LAND_USES = tuple(words_of(code) for _, group in choices() for code, _ in group)
BY_STEPS = ("acquisition", "acquired_on", "started_on", "built_on", "conforms", "buildable")
CATEGORIES = ("绿色建筑", "能源", "交通", "水资源", "生态环境", "固废", "公共服务", "智慧管控", "产业", "其他")
WORK_KINDS = (
    "道路", "桥梁", "管线", "给水", "排水", "雨水", "电力", "燃气", "供热", "通信", "综合管廊", "绿地", "水利", "公共服务设施", "其他",
)  # fmt: skip


class ListRowForm(ExplainedForm, VersionMixin):
    """Base form: the stored row gives initial values, the fields give the service's values."""

    flags: tuple[str, ...] = ()

    def __init__(self, *args: Any, row: Plot | KeyProject | Work | None = None, **kwargs: Any) -> None:
        if row is not None:
            values = {name: getattr(row, name) for name in self.base_fields if hasattr(row, name)}
            values |= {name: plain(value) for name, value in values.items() if isinstance(value, Decimal)}
            kwargs.setdefault("initial", values | {name: yes_no_initial(values[name]) for name in self.flags})
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """Field values for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", EXPLANATION)}


class PlotForm(ListRowForm):
    """A plot (地块). While its control table is running, fields decided by its steps are left out."""

    flags = ("buildable", "conforms")
    number = forms.CharField(label="地块编号", max_length=40)
    sub_area = forms.CharField(label="所在分区", max_length=60, required=False)
    land_use = forms.CharField(
        label="用地性质",
        max_length=60,
        required=False,
        help_text="按国家用地用海分类（2023）选代码或名称",
        widget=forms.TextInput(attrs={"list": "land-uses"}),
    )
    area_ha = figure("用地面积", "公顷", digits=8, places=4, minimum="0.0001")
    floor_area = figure("建筑面积", "m²", digits=12, places=2)
    owner = forms.CharField(label="建设单位（权属）", max_length=100, required=False)
    buildable = forms.TypedChoiceField(
        label="可建设",
        choices=[("true", "是"), ("false", "否")],
        coerce=lambda value: value == "true",
        initial="true",
        help_text="否为保留",
    )
    planned_acquisition = day("计划取得")
    planned_start = day("计划开工")
    planned_finish = day("计划竣工")
    acquisition = forms.ChoiceField(label="取得方式", choices=[("", "未取得"), *Acquisition.choices], required=False)
    acquired_on = day("取得日期", help_text="补录用；逐步办理的由管控步骤写入")
    started_on = day("开工日期")
    built_on = day("建成日期", help_text="竣工验收合格的日期")
    conforms = yes_no("绿色生态内容符合", help_text="七（二）5。不符合的不计入完成建设比例")

    def __init__(self, *args: Any, row: Plot | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.fields["area_ha"].required = True
        controlled = row is not None and PlotControl.objects.filter(plot=row).exclude(status=ControlStep.PREPARE).exists()
        if row is not None and row.land_use_code:
            self.initial["land_use"] = words_of(row.land_use_code)
        for name in BY_STEPS if controlled else ():
            del self.fields[name]

    def values(self) -> dict[str, Any]:
        """Field values for the service; a known land class becomes its code, other text stays."""
        values = super().values()
        values["land_use_code"] = code_of(values["land_use"])
        values["land_use"] = name_of(values["land_use_code"]) or values["land_use"]
        return values


class KeyProjectForm(ListRowForm):
    """A near-term key project (近期重点项目)."""

    name = forms.CharField(label="项目名称", max_length=100)
    category = forms.CharField(label="类别", max_length=40, required=False, widget=forms.TextInput(attrs={"list": "categories"}))
    investment = figure("投资", "万元", digits=12, places=2)
    funding = forms.CharField(label="资金来源", max_length=100, required=False)
    planned_start = day("计划开工")
    planned_finish = day("计划竣工")
    state = forms.ChoiceField(label="状态", choices=ProjectState.choices)
    started_on = day("实际开工")
    finished_on = day("实际竣工")
    in_use_on = day("投用日期", help_text="状态为投用时填写")
    clauses = forms.CharField(label="对应条文", max_length=300, required=False, help_text="评价标准的条文号，用顿号隔开，如4.2.13、7.2.7")
    plots = forms.CharField(label="涉及地块", max_length=2000, required=False, help_text="地块编号，用顿号隔开")

    def __init__(self, *args: Any, row: KeyProject | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if row is not None:
            numbers = row.plots.order_by("number").values_list("number", flat=True)
            self.initial.update(clauses="、".join(row.clauses), plots="、".join(numbers))

    def values(self) -> dict[str, Any]:
        """Field values for the service; clauses and plot numbers as lists without duplicates."""
        return {**super().values(), "clauses": _listed(self.cleaned_data["clauses"]), "plots": _listed(self.cleaned_data["plots"])}


def _listed(text: str) -> list[str]:
    return list(dict.fromkeys(part for part in re.split(r"[、，,;；\s]+", text) if part))


class WorkForm(ListRowForm):
    """A municipal work (市政设施), such as a road or a pipe."""

    name = forms.CharField(label="名称", max_length=100)
    kind = forms.CharField(label="类别", max_length=40, required=False, widget=forms.TextInput(attrs={"list": "work-kinds"}))
    main = forms.TypedChoiceField(
        label="主要设施", choices=[("true", "是"), ("false", "否")], coerce=lambda value: value == "true", initial="true"
    )
    length_m = figure("长度", "m", digits=9, places=1, minimum="0.1")
    planned_start = day("计划开工")
    planned_finish = day("计划建成")
    started_on = day("开工日期")
    built_on = day("建成日期", help_text="逐项登记竣工验收的，由设施页面写入；只填日期不计入建成")
    green_requirements = forms.CharField(
        label="绿色生态要求", max_length=300, required=False, help_text="七（二）。概述；逐项要求值在设施页面登记"
    )
    flags = ("main",)
