"""Forms that open and close a site visit."""

from typing import Any

from approvals.acceptances.columns import VISIT
from approvals.cases.forms import StepForm
from greendistrict.columns.forms import with_columns
from greendistrict.documents.forms import EvidenceField


class CloseVisitForm(StepForm):
    """完成现场核查."""

    members = VISIT["members"].form_field(label="到场的专家和人员", help_text="每行一人", required=True)
    note = VISIT["note"].form_field(required=True)
    scan = EvidenceField(label="签字的核查记录扫描件", required=False)


@with_columns(VISIT.without("note"))
class VisitForm(StepForm):
    """组织现场核查."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["planned_on"].initial = self.today
