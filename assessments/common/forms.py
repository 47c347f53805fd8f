"""Filter fields shared by the lists of filed matters."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from assessments.common import owed_papers
from districts.common.enums import World
from greendistrict.columns.declared import Columns
from greendistrict.documents.forms import EvidenceField
from greendistrict.documents.models import Evidence
from greendistrict.workflow.machine import Machine

ALL = ("", "全部")

NOT_BEGUN = (owed_papers.NOT_BEGUN, owed_papers.NOT_BEGUN_LABEL)

LATE_CHOICES = (ALL, ("late", "逾期"), ("ontime", "未逾期"))

WORLDS = (ALL, *World.choices)


def state_filter(machine: Machine, *others: tuple[str, str]) -> forms.ChoiceField:
    """Choice of a state of the machine, or of ``others`` before these."""
    return forms.ChoiceField(label="状态", required=False, choices=[ALL, *others, *machine.choices()])


class TitledFileForm(forms.Form):
    """Upload of a file with an optional title; without one its name is the title (``store``)."""

    title = Columns.of(Evidence, "title")["title"].form_field(required=False, help_text="不填则用文件名")
    upload = EvidenceField(label="文件")


class DistrictQuery(forms.Form):
    """Filter by district, matched on name or pinyin; used by every list."""

    q = forms.CharField(label="城区", required=False, max_length=60, widget=forms.TextInput(attrs={"placeholder": "名称或拼音"}))


class YearQuery(DistrictQuery):
    """Filter by district and year."""

    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)

    def __init__(self, data: QueryDict, *, years: Sequence[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [ALL, *((year, f"{year}年度") for year in years)]  # type: ignore[attr-defined]
