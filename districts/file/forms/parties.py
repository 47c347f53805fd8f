"""Forms of designated bodies, sub-areas, papers, funds, renewal projects and honours."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db import models

from districts.common.enums import Certainty, DistrictPaperKind, FundKind, FundState, RenewalDrive, RenewalProjectKind
from districts.file.forms.fields import VersionMixin, day
from greendistrict.accounts.models import Organisation
from greendistrict.columns.form_fields import figure, plain
from greendistrict.core import clock


class DesignateForm(forms.Form):
    """The body designated by an authority (五（二）)."""

    name = forms.CharField(label="区专门机构", max_length=100, help_text="按指定文件上的名称填写")
    body = forms.ModelChoiceField(
        label="平台中的单位", queryset=Organisation.objects.none(), required=False, empty_label="未登记或不确定", help_text="没有的先空着"
    )
    document = forms.CharField(label="指定文件", max_length=200, required=False, help_text="文件名称和文号")
    since = day("指定日期", required=True)

    def __init__(self, *args: Any, authority: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = authority.bodies.order_by("name_pinyin")


class FileListForm(VersionMixin):
    """Base form of a row of the file's lists: the stored row gives initial values, the fields give the service's values."""

    def __init__(self, *args: Any, row: models.Model | None = None, **kwargs: Any) -> None:
        if row is not None:
            values = {name: getattr(row, name) for name in self.base_fields}
            kwargs.setdefault("initial", {name: plain(value) if isinstance(value, Decimal) else value for name, value in values.items()})
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """Field values for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class SubAreaForm(FileListForm):
    """A sub-area (分区)."""

    name = forms.CharField(label="分区名称", max_length=60)
    area_km2 = figure("面积", "km²", digits=8, places=4, minimum="0.0001")
    note = forms.CharField(label="说明", max_length=200, required=False)


class PaperForm(FileListForm):
    """A guideline (导则) or policy of the 区."""

    kind = forms.ChoiceField(label="类别", choices=DistrictPaperKind.choices)
    title = forms.CharField(label="名称", max_length=200)
    number = forms.CharField(label="文号", max_length=100, required=False)
    issuer = forms.CharField(label="制定单位", max_length=100, required=False)
    issued_on = day("印发日期")
    source = forms.CharField(label="出处", max_length=300, required=False, help_text="如公开网址")


class FundForm(FileListForm):
    """Planning money or a subsidy."""

    kind = forms.ChoiceField(label="类别", choices=FundKind.choices, help_text="专业规划编制资金由同级财政保障　七（一）")
    document = forms.CharField(label="文件", max_length=200, help_text="名称和文号")
    amount = figure("金额", "万元", digits=12, places=2, minimum="0.01")
    state = forms.ChoiceField(label="状态", choices=FundState.choices)
    decided_on = day("日期", help_text="申请、批复或拨付的日期")
    source = forms.CharField(label="资金来源", max_length=100, required=False, help_text="如区财政")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].required = True


class RenewalProjectForm(FileListForm):
    """A 美丽街区 or 美丽家园 project of a renewal district."""

    kind = forms.ChoiceField(label="类别", choices=RenewalProjectKind.choices, help_text="六（二）")
    name = forms.CharField(label="项目名称", max_length=100)
    place = forms.CharField(label="位置", max_length=200, required=False, help_text="街道、社区或路段")
    drive = forms.ChoiceField(
        label="对应更新导向", choices=[("", "未填"), *RenewalDrive.choices], required=False, help_text="六（二），以哪一项更新导向为主"
    )
    started_on = day("开工日期")
    finished_on = day("完工日期")
    source = forms.CharField(label="依据", max_length=300, required=False, help_text="如区域更新行动计划的名称和文号")

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning or in the future."""
        data = super().clean() or self.cleaned_data
        started, finished = data.get("started_on"), data.get("finished_on")
        if started and finished and finished < started:
            self.add_error("finished_on", "完工日期不能早于开工日期")
        for name in ("started_on", "finished_on"):
            if (found := data.get(name)) and found > clock.today():
                self.add_error(name, "日期不能晚于今天，尚未开工、完工的空着")
        return data


class HonourForm(FileListForm):
    """An honour awarded outside the city's lifecycle."""

    title = forms.CharField(label="称号", max_length=100, help_text="本市试点、示范以外的称号")
    granted_on = day("日期")
    detail = forms.CharField(label="说明", max_length=300, required=False)
    source = forms.CharField(label="出处", max_length=300)
    certainty = forms.ChoiceField(label="确定程度", choices=Certainty.choices)
