"""Forms of the archive: filter of the list, volume, item, hand-over."""

import datetime as dt
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet

from greendistrict.core.day_fields import DayField
from greendistrict.core.forms import DatedForm
from greendistrict.documents.enums import Confidentiality, stricter
from reports.archive.enums import Retention
from reports.archive.levels import lowest_for
from reports.archive.lifecycle import ARCHIVE_VOLUME
from reports.archive.models import ArchiveItem, ArchiveVolume
from reports.archive.selectors import found_by

LONGEST_TITLE, LONGEST_NOTE = 300, 2000


def kinds_of_volumes() -> list[tuple[str, str]]:
    """Kinds of matters that have volumes."""
    found = ArchiveVolume.objects.order_by("kind").values_list("kind", flat=True).distinct()
    return [(kind, kind) for kind in found]


class VolumeFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Text, year, kind, retention, confidentiality, state."""

    q = django_filters.CharFilter(label="题名、文号、编号、城区或拼音", method="search")
    year = django_filters.NumberFilter(label="年度")
    kind = django_filters.ChoiceFilter(label="类别", choices=kinds_of_volumes, empty_label="全部")
    retention = django_filters.ChoiceFilter(label="保管期限", choices=Retention.choices, empty_label="全部")
    confidentiality = django_filters.ChoiceFilter(label="密级", choices=Confidentiality.choices, empty_label="全部")
    status = django_filters.ChoiceFilter(label="状态", choices=ARCHIVE_VOLUME.choices(), empty_label="全部")

    class Meta:
        model = ArchiveVolume
        fields: ClassVar = ["q", "year", "kind", "retention", "confidentiality", "status"]

    def search(self, queryset: QuerySet[ArchiveVolume], name: str, value: str) -> QuerySet[ArchiveVolume]:
        """Title or number of the volume or of one of its items, number of the matter, district by name or pinyin."""
        del name
        return queryset.filter(found_by(value.strip()))


class VolumeForm(forms.Form):
    """题名, 保管期限, and the remarks of 备考表."""

    title = forms.CharField(label="题名", max_length=LONGEST_TITLE)
    retention = forms.ChoiceField(label="保管期限", choices=Retention.choices)
    note = forms.CharField(
        label="说明",
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写入备考表：缺损、修改、补充、移出、销毁等情况",
    )


class ItemForm(forms.Form):
    """Description of an item, its place in the volume, or the reason for leaving it out."""

    number = forms.IntegerField(label="件号", min_value=1, required=False)
    title = forms.CharField(label="题名", max_length=LONGEST_TITLE)
    responsible = forms.CharField(label="责任者", max_length=200, required=False)
    document_number = forms.CharField(label="文号", max_length=60, required=False)
    dated = DayField(label="日期", required=False)
    pages = forms.IntegerField(label="页数", min_value=1, required=False, help_text="空着表示未查明")
    confidentiality = forms.ChoiceField(label="密级", choices=Confidentiality.choices)
    remark = forms.CharField(label="备注", max_length=300, required=False)
    left_out = forms.CharField(label="不归档的理由", max_length=300, required=False, help_text="写明理由后，这一件不编件号，不进入目录")

    def __init__(self, *args: Any, item: ArchiveItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if item is not None:
            self._offer_levels(item)
        if item is not None and item.job_id is not None:
            self.fields["pages"].disabled = True
            self.fields["pages"].help_text = "平台生成的，归档时按文件计"

    def _offer_levels(self, item: ArchiveItem) -> None:
        """Offer only levels not below that of the item's file."""
        lowest = lowest_for(item)
        offered = [(one.value, one.label) for one in Confidentiality if one.rank >= lowest.rank]
        words = f"不能低于文件的密级（{lowest.label}）" if lowest != Confidentiality.PUBLIC else ""
        self.fields["confidentiality"] = forms.ChoiceField(label="密级", choices=offered, help_text=words)
        self.initial["confidentiality"] = stricter(item.confidentiality, lowest)


class HandOverForm(DatedForm):
    """To whom and when a volume is handed over."""

    receiver = forms.CharField(label="接收单位", max_length=200)
    receiving_person = forms.CharField(label="接收人", max_length=60)
    handed_over_on = DayField(label="移交日期")

    def clean_handed_over_on(self) -> dt.date:
        """Refuse a day in the future."""
        day: dt.date = self.cleaned_data["handed_over_on"]
        if day > self.today:
            msg = "移交日期不能晚于今天"
            raise forms.ValidationError(msg)
        return day
