"""Entry form of a management body."""

from typing import ClassVar

from django import forms

from districts.file.forms.fields import day
from greendistrict.columns.form_fields import whole
from operation.common.forms import EntryForm

PEOPLE = 100_000


class ManagementBodyForm(EntryForm):
    """A management body of the ledger's year."""

    done: ClassVar[tuple[str, ...]] = ("set_up_on",)
    name = forms.CharField(label="机构名称", max_length=100)
    duties = forms.CharField(label="职责", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    basis = forms.CharField(label="依据文件", max_length=200, required=False, help_text="名称和文号")
    set_up_on = day("设立日期")
    staff = whole("工作人员", "人", maximum=PEOPLE)
