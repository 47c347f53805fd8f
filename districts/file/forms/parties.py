"""Forms of designated bodies, sub-areas, papers, funds, renewal projects and honours."""

import datetime as dt
from typing import Any

from django import forms
from django.db import models

from districts.file.columns import FUND, HONOUR, PAPER, RENEWAL_PROJECT, SUB_AREA
from districts.file.forms.fields import VersionMixin
from districts.file.models.parties import DesignatedBody
from greendistrict.accounts.models import Organisation
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns

NAMED, BASED, SINCE = Columns.of(DesignatedBody, "name", "document", "since").form_fields().values()


class DesignateForm(forms.Form):
    """The body designated by an authority (五（二）)."""

    name = NAMED
    body = forms.ModelChoiceField(
        label="平台中的单位", queryset=Organisation.objects.none(), required=False, empty_label="未登记或不确定", help_text="没有的先空着"
    )
    document, since = BASED, SINCE

    def __init__(self, *args: Any, authority: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = authority.bodies.order_by("name_pinyin")


class FileListForm(ColumnsForm, VersionMixin):
    """Base form of a row of the file's lists: the stored row gives initial values, the fields give the service's values."""

    def __init__(self, *args: Any, today: dt.date, row: models.Model | None = None, **kwargs: Any) -> None:
        self.today = today
        if row is not None:
            kwargs.setdefault("initial", {"version": vars(row)["version"], **self.initial_of(row)})
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """Field values for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


@with_columns(SUB_AREA)
class SubAreaForm(FileListForm):
    """A sub-area (分区)."""


@with_columns(PAPER)
class PaperForm(FileListForm):
    """A guideline (导则) or policy of the 区."""


@with_columns(FUND)
class FundForm(FileListForm):
    """Planning money or a subsidy."""


@with_columns(RENEWAL_PROJECT)
class RenewalProjectForm(FileListForm):
    """A 美丽街区 or 美丽家园 project of a renewal district."""

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning or in the future."""
        data = super().clean() or self.cleaned_data
        started, finished = data.get("started_on"), data.get("finished_on")
        if started and finished and finished < started:
            self.add_error("finished_on", "完工日期不能早于开工日期")
        for name in ("started_on", "finished_on"):
            if (found := data.get(name)) and found > self.today:
                self.add_error(name, "日期不能晚于今天，尚未开工、完工的空着")
        return data


@with_columns(HONOUR)
class HonourForm(FileListForm):
    """An honour awarded outside the city's lifecycle."""
