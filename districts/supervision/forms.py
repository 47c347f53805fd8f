"""Form of a record of construction supervision or oversight."""

import datetime as dt
from typing import Any

from django import forms

from districts.common.enums import SupervisionKind
from districts.file.forms.fields import day
from districts.supervision.services import FINDING
from greendistrict.documents.forms import EvidenceField


class SupervisionForm(forms.Form):
    """Inspecting body, day, finding and document."""

    kind = forms.ChoiceField(label="类别", choices=SupervisionKind.choices)
    body = forms.CharField(label="监理或监督单位", max_length=100)
    inspected_on = day("检查日期", required=True)
    finding = forms.CharField(
        label="检查结果", max_length=FINDING, widget=forms.Textarea(attrs={"rows": 3}), help_text="绿色生态内容的落实情况、发现的问题和整改"
    )
    upload = EvidenceField(label="记录文件")

    def __init__(self, data: Any = None, files: Any = None, *, today: dt.date) -> None:
        super().__init__(data, files, initial={"inspected_on": today})
