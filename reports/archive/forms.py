"""Forms of the archive: filter of the list, volume, item, hand-over."""

import datetime as dt
from functools import cache
from typing import Any

from django import forms

from greendistrict.columns.base import offered
from greendistrict.columns.filters import ColumnFilter, ListFilter, WordsFilter
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.core.forms import DatedForm
from greendistrict.documents.enums import Confidentiality, stricter
from reports.archive.columns import ITEM, VOLUME
from reports.archive.documents import lowest_for
from reports.archive.models import ArchiveItem, ArchiveVolume
from reports.archive.selectors import found_by


def kinds_of_volumes() -> list[tuple[str, str]]:
    """Kinds of matters that have volumes."""
    kinds = ArchiveVolume.objects.order_by("kind").values_list("kind", flat=True).distinct()
    return [(kind, kind) for kind in kinds]


class VolumeFilter(ListFilter):
    """Filter of the list."""

    q = WordsFilter("题名、文号、编号、城区或拼音", meeting=found_by)
    year = ColumnFilter(VOLUME["year"])
    kind = ColumnFilter(VOLUME["kind"], choices=())
    retention, confidentiality, status = (ColumnFilter(VOLUME[name]) for name in ("retention", "confidentiality", "status"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["kind"].choices = offered(cache(kinds_of_volumes))  # asked once, and only where they are shown


@with_columns(VOLUME.part("title", "retention", "note"))
class VolumeForm(ColumnsForm):
    """题名, 保管期限, and the remarks of 备考表."""


@with_columns(ITEM.without("place"))
class ItemForm(ColumnsForm):
    """Description of an item, its place in the volume, or the reason for leaving it out."""

    def __init__(self, *args: Any, item: ArchiveItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if item is not None:
            lowest = lowest_for(item)
            offered = [(one.value, one.label) for one in Confidentiality if one.rank >= lowest.rank]
            words = f"不能低于文件的密级（{lowest.label}）" if lowest != Confidentiality.PUBLIC else ""
            self.fields["confidentiality"] = ITEM["confidentiality"].form_field(choices=offered, help_text=words)
            self.initial["confidentiality"] = stricter(item.confidentiality, lowest)
        if item is not None and item.job_id is not None:
            self.fields["pages"].disabled = True
            self.fields["pages"].help_text = "平台生成的，归档时按文件计"


@with_columns(VOLUME.part("receiver", "receiving_person", "handed_over_on").needed())
class HandOverForm(DatedForm, ColumnsForm):
    """To whom and when a volume is handed over."""

    def clean_handed_over_on(self) -> dt.date:
        """Refuse a day in the future."""
        day: dt.date = self.cleaned_data["handed_over_on"]
        if day > self.today:
            msg = "移交日期不能晚于今天"
            raise forms.ValidationError(msg)
        return day
