"""Forms of requests for information: filing, completion, extension, reply, service, filter of the list."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from districts.file.forms import of_world
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter, WordsFilter
from greendistrict.columns.forms import with_columns
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.forms import EvidenceField, EvidenceFilesField
from greendistrict.policy.statutes import HOW_SERVED_BY_NOTICE
from outreach.common.views import PublicForm
from outreach.disclosures.columns import REPORT, REQUEST
from outreach.disclosures.models import ADDRESS, DisclosureDelivery, DisclosureProgress, DisclosureRequest, IssuedPaper
from outreach.disclosures.selectors import DONE, STANDING


@with_columns(REQUEST.part("asker", "name", "identity", "contact", "wanted", "delivery", "address"))
class DisclosureForm(PublicForm):
    """A request with the contents required by 政府信息公开条例第二十九条."""

    def clean(self) -> dict[str, Any]:
        """Require the address or e-mail that the chosen way of delivery needs."""
        data = super().clean() or self.cleaned_data
        if data.get("delivery") == DisclosureDelivery.POST and not data.get("address"):
            self.add_error("address", "选择邮寄的，请填写通信地址")
        if data.get("delivery") == DisclosureDelivery.MAIL and "@" not in str(data.get("contact") or "@"):
            self.add_error("contact", "选择电子邮件的，请填写电子邮箱")
        return data


class ExtendForm(forms.Form):
    """Reason for extending the term."""

    reason = REQUEST["extension_reason"].form_field(required=True)


class ClarificationForm(forms.Form):
    """What the request lacks; the city may ask once (政府信息公开条例第三十条)."""

    words = REQUEST["asked_words"].form_field(required=True)
    until = REQUEST["asked_until"].form_field(required=True)


class CompleteForm(forms.Form):
    """What the asker adds to an incomplete request."""

    words = REQUEST["completion"].form_field(required=True)


class ThirdPartyForm(forms.Form):
    """The opinion asked of a third party, and what came of it (政府信息公开条例第三十二条)."""

    third_party = REQUEST["third_party"].form_field(required=True)
    opinion_asked_on = REQUEST["opinion_asked_on"].form_field(required=True)
    opinion_received_on = REQUEST["opinion_received_on"].form_field()
    opinion = REQUEST["opinion"].form_field()
    opinion_on = REQUEST["opinion_on"].form_field()
    opinion_words = REQUEST["opinion_words"].form_field()


class GivenFileForm(forms.Form):
    """Files that are given to the asker."""

    upload = EvidenceFilesField(label="提供的文件", level=Confidentiality.INTERNAL)
    title = forms.CharField(
        label="文件名称", max_length=200, required=False, help_text="申请人看到的名称；不填的、一次选几个的，用文件本身的名称"
    )


class LetterScanForm(forms.Form):
    """Signed scan of a letter that was issued."""

    paper = forms.ChoiceField(label="告知书")
    upload = EvidenceField(label="签章扫描件", level=Confidentiality.INTERNAL)

    def __init__(self, *args: Any, papers: Sequence[IssuedPaper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].choices = [(paper.value, paper.label) for paper in reversed(papers)]  # type: ignore[attr-defined]


class ReplyForm(forms.Form):
    """The reply with the number and date of its document."""

    outcome = REQUEST["outcome"].form_field(required=True)
    withheld = REQUEST["withheld"].form_field()
    reply = REQUEST["reply"].form_field(required=True)
    number = REQUEST["reply_number"].form_field(required=True)
    on = REQUEST["replied_on"].form_field(required=True)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class ServedForm(forms.Form):
    """Day on which the reply was served on the asker."""

    on = REQUEST["served_on"].form_field(required=True)
    by_notice = forms.BooleanField(label="公告送达", required=False, help_text=f"日期填写发出公告之日，{HOW_SERVED_BY_NOTICE}")


class PublishedReportForm(forms.Form):
    """Day and address of a published yearly report."""

    published_on = REPORT["published_on"].form_field(required=True)
    address = forms.URLField(label="公布的网址", max_length=ADDRESS, assume_scheme="https")


class DisclosureFilter(ListFilter):
    """Filter of the city's list."""

    q = WordsFilter("编号、文号或所需信息", "number", "wanted", "reply_number")
    standing = ChosenFilter("办理情况", DisclosureProgress.choices, STANDING.__getitem__)
    outcome = ColumnFilter(REQUEST["outcome"])
    world = of_world()

    def filter_queryset(self, queryset: QuerySet[DisclosureRequest]) -> QuerySet[DisclosureRequest]:
        """Oldest first in an open state, else newest first."""
        order = ("-filed_at", "-pk") if self.form.cleaned_data.get("standing") in (None, "", *DONE) else ("filed_at", "pk")
        found: QuerySet[DisclosureRequest] = super().filter_queryset(queryset).order_by(*order)
        return found
