"""Approval of the key-project plan; photos of a project."""

from django import forms

from districts.file.forms.fields import VersionMixin, day
from greendistrict.documents.forms import WARNING, EvidenceField, KeptFileInput


class ProjectPlanForm(VersionMixin):
    """近期重点项目实施计划."""

    approved_on = day("批准日期", required=True)
    approved_by = forms.CharField(label="批准单位", max_length=100)
    number = forms.CharField(label="批准文号", max_length=60, required=False)
    upload = EvidenceField(label="实施计划文件", required=False)


class PhotoForm(forms.Form):
    """One photo."""

    upload = forms.FileField(
        label="照片", widget=KeptFileInput(attrs={"accept": ".jpg,.jpeg,.png"}), help_text=f"jpg、png。{WARNING}",
        error_messages={"required": "请选择照片"},
    )  # fmt: skip
    title = forms.CharField(label="说明", max_length=200, required=False)
