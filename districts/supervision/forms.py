"""Form of a record of construction supervision or oversight."""

import datetime as dt
from typing import Any

from django import forms

from districts.supervision.models import SupervisionRecord
from districts.supervision.services import FINDING
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.documents.forms import EvidenceField

RECORD = Columns.of(SupervisionRecord, "kind", "body", "inspected_on", "finding", finding=TextColumn(rows=3, most=FINDING))


class SupervisionForm(forms.Form):
    """Inspecting body, day, finding and document."""

    kind, body, inspected_on, finding = RECORD.form_fields().values()
    upload = EvidenceField(label="记录文件")

    def __init__(self, data: Any = None, files: Any = None, *, today: dt.date) -> None:
        super().__init__(data, files, initial={"inspected_on": today})
