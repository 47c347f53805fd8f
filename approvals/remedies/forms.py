"""Forms of a reconsideration or suit: record it, its stay, the city's reply, its outcome."""

from typing import Any

from django import forms

from approvals.cases.forms import date_field
from approvals.remedies.rules import RECORDED
from approvals.titles.columns import REMEDY
from approvals.titles.enums import RemedySide
from approvals.titles.models.remedies import Remedy
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.core.forms import DatedForm
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.forms import EvidenceField

STAY = Columns.of(Remedy, "stay_number", "stayed_on", "stay_ground", "stay_ended_on").needed()
REDONE = Columns.of(Remedy, "redone_number", "redone_on", "redone_words", redone_words=TextColumn(rows=3))


@with_columns(REMEDY.part("body", "number", "filed_on", "served_on", "simplified"))
class RemedyForm(ColumnsForm):
    """The application or complaint that was served on the city."""

    kind = REMEDY["kind"].form_field(choices=[(one.value, one.label) for one in RECORDED])


class StayForm(forms.Form):
    """The paper that stays the effect of the decision."""

    number, on, ground = STAY.without("stay_ended_on").form_fields().values()


class OrdinaryForm(forms.Form):
    """The day from which a reconsideration runs by the ordinary procedure."""

    on = REMEDY["ordinary_on"].form_field(required=True)


class LiftForm(forms.Form):
    """The day from which the decision takes effect again."""

    on = STAY["stay_ended_on"].form_field()


class ReplyRemedyForm(forms.Form):
    """Number and date of the city's reply."""

    number = REMEDY["reply_number"].form_field(required=True)
    on = REMEDY["replied_on"].form_field(required=True)


class FirstInstanceForm(forms.Form):
    """Result of the first instance and its date of service; not in force yet."""

    judgment = REMEDY["judgment"].form_field(required=True)
    outcome = REMEDY["outcome"].form_field(required=True)
    number = REMEDY["outcome_number"].form_field(required=True, label="裁判文书文号")
    on = date_field("送达日期", help_text="各方收到日期不同的，填最后收到的日期；上诉期限自次日起算")
    words = REMEDY["outcome_words"].form_field(required=True)
    scan = EvidenceField(label="裁判文书扫描件", required=False, level=Confidentiality.INTERNAL)


class AppealForm(forms.Form):
    """Who appealed, where, and when."""

    filer = REMEDY["filer"].form_field(required=True)
    body = REMEDY["body"].form_field(label="二审法院", help_text="")
    number = REMEDY["number"].form_field(label="二审案号")
    filed_on = REMEDY["filed_on"].form_field(label="上诉日期")
    served_on = date_field("收到上诉状副本日期", required=False, help_text="答辩期限自这一天起算；本机关上诉的不填")
    late_ground = REMEDY["late_ground"].form_field()

    def clean(self) -> dict[str, Any]:
        """Require the date of service for an appeal of the other side."""
        data = super().clean() or self.cleaned_data
        if data.get("filer") in {RemedySide.HOLDER, RemedySide.BOTH} and not data.get("served_on"):
            self.add_error("served_on", "当事人上诉的，请填写收到上诉状副本日期")
        return data


class EffectForm(forms.Form):
    """The day on which the judgment of the first instance takes effect."""

    on = REMEDY["outcome_on"].form_field(required=True, help_text="上诉期满的次日")
    redo_by = REMEDY["redo_by"].form_field()


class RedoneForm(forms.Form):
    """The decision that was made anew."""

    number, on, words = REDONE.needed("redone_on", "redone_words").form_fields().values()


class OutcomeForm(DatedForm):
    """The decision or judgment that took effect."""

    outcome = REMEDY["outcome"].form_field(required=True)
    number = REMEDY["outcome_number"].form_field(required=True)
    on = REMEDY["outcome_on"].form_field(required=True)
    words = REMEDY["outcome_words"].form_field(required=True)
    redo_by = REMEDY["redo_by"].form_field()
    scan = EvidenceField(label="结果文书扫描件", required=False, level=Confidentiality.INTERNAL)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = self.today
