"""Forms for registering a district, its profile and mandates."""

from typing import Any

from django import forms

from districts.boundaries.models import KeyArea
from districts.common.enums import DistrictType, RenewalDrive
from districts.file.columns import DISTRICT, MANDATE, PROFILE
from districts.file.forms import VersionMixin, key_areas, several
from districts.file.models.district import AdministrativeArea, District
from districts.file.selectors.visibility import areas_choosable, authorities_choosable
from districts.plausibility.services import EXPLANATION
from districts.plausibility.views import ExplainedForm
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.core.widgets import BoxList
from greendistrict.documents.forms import EvidenceField


class AuthorityField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no subscript at run time
    """Choice of an implementing body."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=authorities_choosable(), empty_label="请选择", label="实施主体", **kwargs)


class DistrictRegistrationForm(forms.Form):
    """A new district: data required from the start."""

    name = DISTRICT["name"].form_field()
    type = DISTRICT["type"].form_field(
        choices=DistrictType.choices, widget=forms.RadioSelect, required=True, help_text="新建与更新兼有的，按面积占比大的填"
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


RENEWAL = ("renewal_drives", "renewal_plan_open")


@with_columns(PROFILE)
class ProfileForm(ColumnsForm, ExplainedForm, VersionMixin):
    """Profile of a district. A draft may leave everything empty; invalid values are refused."""

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
    renewal_drives = several("更新导向", RenewalDrive.values, help_text="六（二）。更新城区填写")
    source = forms.CharField(label="本次填写的依据", max_length=300, required=False, help_text="如控规批复文号；与修改的数据一并显示")
    boundary_proof = EvidenceField(label="范围一致佐证", required=False)
    key_areas = several("所在重点区域", [], help_text="四（二）。不在重点区域的不选")
    field_order = (
        "type", "areas", "authorities", "area_km2", "developable_km2", "population", "floor_area_forecast", "renewal_drives", "source",
        "boundary_matches", "boundary_proof", "key_areas",
    )  # fmt: skip

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        kwargs.setdefault("initial", self.initial_of(district))
        super().__init__(*args, **kwargs)
        _offer(self, "areas", areas_choosable(demo=district.is_demo))
        _offer(self, "authorities", authorities_choosable())
        if district.type == DistrictType.NEW:  # asked of renewal only (六（二）); what was stored before stays in sight
            for name in RENEWAL:
                if getattr(district, name) in (None, []) and name not in self.data:
                    del self.fields[name]
        overlaid = frozenset(KeyArea.objects.values_list("name", flat=True))
        boxes = self.fields["key_areas"]
        if isinstance(boxes, forms.MultipleChoiceField):
            boxes.choices = [(name, words) for name, words in key_areas() if name not in overlaid]

    def initial_of(self, row: Any) -> dict[str, Any]:
        """Stored values as initial data of the form."""
        values = {name: getattr(row, name) for name in ("key_areas", "renewal_drives", "version")}
        return {**super().initial_of(row), **values, "areas": list(row.areas.all()), "authorities": list(row.authorities.all())}

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


@with_columns(MANDATE)
class MandateForm(ColumnsForm):
    """Authorisation of a consultant for a period."""

    organisation = forms.ModelChoiceField(label="咨询单位", queryset=Organisation.objects.none(), empty_label="请选择")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "organisation", Organisation.objects.filter(kind=OrganisationKind.CONSULTANT))
