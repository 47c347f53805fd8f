"""Forms for registering a district, its profile and mandates."""

from typing import Any

from django import forms

from districts.boundaries.models import KeyArea
from districts.common.enums import DistrictType, RenewalDrive, Star
from districts.file.forms.fields import VersionMixin, day, several
from districts.file.forms.filters import key_areas
from districts.file.models.district import AdministrativeArea, District
from districts.file.selectors.visibility import areas_choosable, authorities_choosable
from districts.plausibility.forms import ExplainedForm
from districts.plausibility.services import EXPLANATION
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.columns.form_fields import figure, plain, whole, yes_no, yes_no_initial
from greendistrict.core.widgets import BoxList
from greendistrict.documents.forms import EvidenceField

UNFILLED = [("", "未填")]
YES_NO_FIELDS = ("boundary_matches", "unit_plan_open", "renewal_plan_open")


class AuthorityField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no subscript at run time
    """Choice of an implementing body."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=authorities_choosable(), empty_label="请选择", label="实施主体", **kwargs)


class DistrictRegistrationForm(forms.Form):
    """A new district: data required from the start."""

    name = forms.CharField(label="城区名称", max_length=100, help_text="称号将以这个名称公告")
    type = forms.ChoiceField(
        label="类型", choices=DistrictType.choices, widget=forms.RadioSelect, help_text="新建与更新兼有的，按面积占比大的填"
    )
    areas = forms.ModelMultipleChoiceField(
        label="所在区", queryset=AdministrativeArea.objects.none(), widget=forms.CheckboxSelectMultiple, help_text="跨区的可以多选"
    )
    authority = AuthorityField(help_text="区政府或特定地区管委会")
    applicant = forms.ModelChoiceField(
        label="申报主体", queryset=Organisation.objects.none(), required=False, empty_label="暂不填", help_text="由其填报人填写城区资料"
    )

    def __init__(self, *args: Any, by_city: bool, demo: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "areas", areas_choosable(demo=demo))
        if by_city:
            _offer(self, "applicant", Organisation.objects.filter(kind=OrganisationKind.APPLICANT))
        else:
            del self.fields["applicant"]

    def values(self) -> dict[str, Any]:
        """Arguments of ``services.register_district``."""
        data = dict(self.cleaned_data)
        authority = data.pop("authority")
        return {**data, "authorities": [authority]}


def _offer(form: forms.Form, name: str, rows: Any) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows


class ProfileForm(ExplainedForm, VersionMixin):
    """Profile of a district. A draft may leave everything empty; invalid values are refused."""

    type = forms.ChoiceField(label="类型", choices=[*UNFILLED, *DistrictType.choices], required=False, help_text="六（一）")
    areas = forms.ModelMultipleChoiceField(
        label="所在区",
        queryset=AdministrativeArea.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="跨区的可以多选",
    )
    authorities = forms.ModelMultipleChoiceField(
        label="实施主体",
        queryset=Organisation.objects.none(),
        required=False,
        widget=BoxList,
        help_text="区政府或特定地区管委会；跨区的可以多选",
    )
    area_km2 = figure("规划范围面积", "km²", digits=8, places=4, minimum="0.0001")
    developable_km2 = figure("待开发用地面积", "km²", digits=8, places=4, help_text="不大于规划范围面积")
    population = whole("规划人口", "人", maximum=9_999_999)
    floor_area_forecast = figure("规划建筑面积", "万m²", digits=10, places=2)
    renewal_drives = several("更新导向", RenewalDrive.values, help_text="六（二）。更新城区填写")
    source = forms.CharField(label="本次填写的依据", max_length=300, required=False, help_text="如控规批复文号；与修改的数据一并显示")
    boundary_matches = yes_no("范围与单元控规（新建）或区域更新范围（更新）一致", help_text="选“是”须上传佐证")
    boundary_proof = EvidenceField(label="范围一致佐证", required=False)
    key_areas = several("所在重点区域", [], help_text="四（二）。不在重点区域的不选")
    target_star = forms.TypedChoiceField(label="目标星级", choices=[*UNFILLED, *Star.choices], required=False, coerce=int, empty_value=None)
    unit_plan_open = yes_no("控规即将编制或修编", help_text="新建城区填写")
    renewal_plan_open = yes_no("区域更新方案正在编制", help_text="更新城区填写")

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(district))
        super().__init__(*args, **kwargs)
        _offer(self, "areas", areas_choosable(demo=district.is_demo))
        _offer(self, "authorities", authorities_choosable())
        overlaid = frozenset(KeyArea.objects.values_list("name", flat=True))
        boxes = self.fields["key_areas"]
        if isinstance(boxes, forms.MultipleChoiceField):
            boxes.choices = [(name, words) for name, words in key_areas() if name not in overlaid]

    def clean(self) -> dict[str, Any]:
        """Checks across several fields."""
        data = super().clean() or self.cleaned_data
        area, developable = data.get("area_km2"), data.get("developable_km2")
        if area is not None and developable is not None and developable > area:
            self.add_error("developable_km2", f"待开发用地面积不能大于规划范围面积（{area:f}平方公里）")
        return data

    def values(self) -> dict[str, Any]:
        """Fields for ``services.save_profile``; key areas found by overlay are kept together with those entered."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("version", "boundary_proof", "source", EXPLANATION)
        }


def _initial(district: District) -> dict[str, Any]:
    """Stored values as initial data of the form."""
    names = ("type", "population", "key_areas", "renewal_drives", "target_star", "version")
    values: dict[str, Any] = {name: getattr(district, name) for name in names}
    values |= {name: plain(getattr(district, name)) for name in ("area_km2", "developable_km2", "floor_area_forecast")}
    values |= {name: yes_no_initial(getattr(district, name)) for name in YES_NO_FIELDS}
    return values | {"areas": list(district.areas.all()), "authorities": list(district.authorities.all())}


class MandateForm(forms.Form):
    """Authorisation of a consultant for a period."""

    organisation = forms.ModelChoiceField(label="咨询单位", queryset=Organisation.objects.none(), empty_label="请选择")
    valid_from = day("授权起", required=True)
    valid_to = day("授权止", help_text="不填为长期")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "organisation", Organisation.objects.filter(kind=OrganisationKind.CONSULTANT))
