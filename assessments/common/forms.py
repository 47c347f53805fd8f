"""Filter fields shared by the lists of filed matters."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from assessments.common import owed_papers
from greendistrict.columns.base import ALL
from greendistrict.columns.declared import Columns
from greendistrict.columns.filters import ChosenFilter, ListFilter, WordsFilter
from greendistrict.documents.forms import EvidenceFilesField
from greendistrict.documents.models import Evidence
from greendistrict.workflow.machine import Machine

NOT_BEGUN = (owed_papers.NOT_BEGUN, owed_papers.NOT_BEGUN_LABEL)
LATE_CHOICES = (("late", "逾期"), ("ontime", "未逾期"))


def words_of_district(path: str = "district__") -> WordsFilter:
    """Words of the name of a district, or of its pinyin."""
    field = forms.TextInput(attrs={"placeholder": "名称或拼音"})
    return WordsFilter("城区", f"{path}search_text__contains", widget=field)


def state_filter(machine: Machine, *others: tuple[str, str]) -> ChosenFilter:
    """Choice of a state of the machine, or of ``others`` before these."""
    return ChosenFilter("状态", [*others, *machine.choices()], lambda state: Q(status=state))


class TitledFileForm(forms.Form):
    """Upload of files; a single one may have a title, otherwise its name is the title (``store``)."""

    title = Columns.of(Evidence, "title")["title"].form_field(required=False, help_text="不填则用文件名；一次选几个的用各自的文件名")
    upload = EvidenceFilesField(label="文件")


class YearFilter(ListFilter):
    """Filter by district and year."""

    q = words_of_district()
    year = ChosenFilter("年度", (), lambda year: Q(year=year), coerce=int, empty_value=None)

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], *, years: Sequence[int] | None = None) -> None:
        super().__init__(data, queryset)
        offered = years_of(queryset) if years is None else years
        self.form.fields["year"].choices = [("", ALL), *((year, f"{year}年度") for year in offered)]


def years_of(rows: QuerySet[Any]) -> list[int]:
    """Years that occur in the rows, newest first."""
    return sorted(rows.order_by().values_list("year", flat=True).distinct(), reverse=True)
