"""Forms of notices, objections, replies and announcement batches."""

from typing import Any

from django import forms

from approvals.cases.columns import OBJECTION
from approvals.cases.models.cases import Case
from approvals.publicity.selectors import announceable
from approvals.titles.columns import BATCH
from approvals.titles.models.publicity import Announcement
from greendistrict.core.widgets import BoxList
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.forms import EvidenceField


class ObjectionReplyForm(forms.Form):
    """The officer's answer to an objection."""

    reply = OBJECTION["reply"].form_field(required=True)
    held = forms.TypedChoiceField(
        label="意见是否成立", choices=(("no", "不成立"), ("yes", "成立")), coerce=lambda word: word == "yes", widget=forms.RadioSelect
    )


class AnnouncementForm(forms.Form):
    """A draft batch: its cases, and number, date and scan for publishing."""

    title = BATCH["title"].form_field()
    cases = forms.ModelMultipleChoiceField(
        Case.objects.none(), label="列入的城区", required=False, widget=BoxList, help_text="按审定先后列出"
    )
    number = BATCH["number"].form_field()
    announced_on = BATCH["announced_on"].form_field()
    scan = EvidenceField(label="公告扫描件", required=False, level=Confidentiality.PUBLIC)

    def __init__(self, *args: Any, announcement: Announcement, **kwargs: Any) -> None:
        chosen = list(announcement.lines.values_list("case_id", flat=True))
        kept = {name: getattr(announcement, name) for name in ("title", "number", "announced_on")}
        kwargs.setdefault("initial", {**kept, "cases": chosen})
        super().__init__(*args, **kwargs)
        if announcement.scan is not None:
            self.fields["scan"].help_text = f"已上传：{announcement.scan.printed_title}；另选的换成新的。{self.fields['scan'].help_text}"
        candidates = announceable().filter(district__is_demo=announcement.is_demo).select_related("district")
        field = self.fields["cases"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 -- declared above
        free = candidates.filter(announcement_line__isnull=True) | candidates.filter(pk__in=chosen)
        field.queryset = free.order_by("decided_on", "pk")


class ExtendNoticeForm(forms.Form):
    """Reason for extending a notice."""

    reason = forms.CharField(label="理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    days = forms.IntegerField(label="延长（工作日）", min_value=1, max_value=60, required=False, help_text="不填则按参数")
