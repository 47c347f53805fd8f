"""Filter fields shared by the lists of filed matters."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from assessments.common import owed_papers

ALL = ("", "全部")

NOT_BEGUN = (owed_papers.NOT_BEGUN, owed_papers.NOT_BEGUN_LABEL)

LATE_CHOICES = (ALL, ("late", "逾期"), ("ontime", "未逾期"))


class DistrictQuery(forms.Form):
    """The condition that every list has: a district by name or pinyin."""

    q = forms.CharField(label="城区", required=False, max_length=60, widget=forms.TextInput(attrs={"placeholder": "名称或拼音"}))


class YearQuery(DistrictQuery):
    """A list with a year."""

    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)

    def __init__(self, data: QueryDict, *, years: Sequence[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [ALL, *((year, f"{year}年度") for year in years)]  # type: ignore[attr-defined]
