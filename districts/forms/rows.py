"""One row of the three lists: a plot, a key project, a work."""

from decimal import Decimal
from typing import Any

from django import forms

from districts.enums import Acquisition, ProjectState
from districts.forms.fields import VersionMixin, day, figure, plain, yes_no, yes_no_initial
from districts.models import KeyProject, Plot, Work

LAND_USES = ("居住", "商业服务业", "商务办公", "教育科研", "文化", "医疗卫生", "体育", "工业研发", "市政公用", "公园绿地", "广场", "道路")
CATEGORIES = ("绿色建筑", "能源", "交通", "水资源", "生态环境", "固废", "公共服务", "智慧管控", "产业", "其他")
WORK_KINDS = ("道路", "给水", "排水", "雨水", "电力", "燃气", "通信", "综合管廊", "水系", "其他")


class RowForm(VersionMixin):
    """Base of the three: stored row as initial values, fields as service values."""

    flags: tuple[str, ...] = ()

    def __init__(self, *args: Any, row: Plot | KeyProject | Work | None = None, **kwargs: Any) -> None:
        if row is not None:
            values = {name: getattr(row, name) for name in self.base_fields if hasattr(row, name)}
            values |= {name: plain(value) for name, value in values.items() if isinstance(value, Decimal)}
            kwargs.setdefault("initial", values | {name: yes_no_initial(values[name]) for name in self.flags})
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """Fields for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PlotForm(RowForm):
    """A plot 地块."""

    flags = ("buildable", "conforms")
    number = forms.CharField(label="地块编号", max_length=40)
    land_use = forms.CharField(label="用地性质", max_length=60, required=False, widget=forms.TextInput(attrs={"list": "land-uses"}))
    area_ha = figure("用地面积", "公顷", digits=8, places=4, minimum="0.0001")
    floor_area = figure("建筑面积", "㎡", digits=12, places=2)
    buildable = forms.TypedChoiceField(
        label="可建设", choices=[("true", "是"), ("false", "否")], coerce=lambda value: value == "true", initial="true"
    )
    acquisition = forms.ChoiceField(label="取得方式", choices=[("", "未取得"), *Acquisition.choices], required=False)
    acquired_on = day("取得日期", help_text="完成出让或划拨的日期")
    built_on = day("建成日期", help_text="竣工验收合格的日期")
    conforms = yes_no("绿色生态内容符合", help_text="七（二）5。不符合的不计入完成建设比例")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area_ha"].required = True


class KeyProjectForm(RowForm):
    """A near-term key project 近期重点项目."""

    name = forms.CharField(label="项目名称", max_length=100)
    category = forms.CharField(label="类别", max_length=40, required=False, widget=forms.TextInput(attrs={"list": "categories"}))
    investment = figure("投资", "万元", digits=12, places=2)
    planned_start = day("计划开工")
    planned_finish = day("计划竣工")
    state = forms.ChoiceField(label="状态", choices=ProjectState.choices)
    in_use_on = day("投用日期", help_text="状态为投用时填写")


class WorkForm(RowForm):
    """A road, pipe or the like 市政设施."""

    name = forms.CharField(label="名称", max_length=100)
    kind = forms.CharField(label="类别", max_length=40, required=False, widget=forms.TextInput(attrs={"list": "work-kinds"}))
    main = forms.TypedChoiceField(
        label="主要设施", choices=[("true", "是"), ("false", "否")], coerce=lambda value: value == "true", initial="true"
    )
    built_on = day("建成日期")
    flags = ("main",)
