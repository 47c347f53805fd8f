"""Filter of the list of self-checks, and the return with findings tied to clauses."""

from typing import Any

from django import forms

from assessments.common.forms import LATE_CHOICES, NOT_BEGUN, YearFilter, state_filter
from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.report import SECTIONS
from assessments.self_checks.selectors.self_checks import filed_by
from districts.file.forms import of_world
from greendistrict.columns.filters import ChosenFilter, DayFilter
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.documents.forms import EvidenceField
from greendistrict.documents.models import Evidence
from greendistrict.workflow.procedure import ReasonForm

MOST_FINDINGS = 200


class SelfCheckFilter(YearFilter):
    """Filter of the list; the page knows what is late."""

    status = state_filter(SELF_CHECK, NOT_BEGUN)
    late = ChosenFilter("是否逾期", LATE_CHOICES)
    filed_by = DayFilter("报送截至", filed_by)
    world = of_world("district__is_demo")


class WordForm(forms.Form):
    """Upload of the report edited in Word."""

    document = forms.FileField(
        label="改好的 Word 文件",
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        error_messages={"required": "请选择改好的 Word 文件", "empty": "文件是空的，请检查后重新选择"},
    )


class _PictureChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: Evidence) -> str:
        """Label with title and day, so that similar pictures can be told apart."""
        return f"{obj.title}（{cn_date(obj.uploaded_at)}）"


class PictureForm(forms.Form):
    """A picture for a section: one of the library or a new one, with a caption that also serves as its alternative text."""

    section = forms.ChoiceField(label="章节", choices=[(one.key, one.title) for one in SECTIONS])
    caption = forms.CharField(label="图题", max_length=100, help_text="写明图上是什么：印在图下，看不到图的人听到的也是这句话")
    document = _PictureChoice(queryset=Evidence.objects.none(), label="已有图片", required=False, empty_label="不选，上传新图片")
    upload = EvidenceField(label="新图片", required=False, help_text="jpg、png。不得上传涉密及敏感测绘数据")
    at = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        """Require exactly one picture, of a picture format."""
        data = super().clean() or self.cleaned_data
        document, upload = data.get("document"), data.get("upload")
        if bool(document) == bool(upload):
            self.add_error("upload", "请选择已有图片或上传新图片，两者选一")
        elif upload and not upload.name.lower().endswith((".jpg", ".jpeg", ".png")):
            self.add_error("upload", "插图只能是 jpg 或 png 图片")
        return data


class ReturnForm(ReasonForm):
    """A return, which lists everything to be supplemented at once, tied to clauses."""

    def clean(self) -> dict[str, Any]:
        """Collect the reason, and ``findings`` as ``posted_findings`` reads them."""
        return {**(super().clean() or self.cleaned_data), "findings": posted_findings(self.data)}


def posted_findings(data: Any) -> list[dict[str, str]]:
    """Read findings from the paired fields ``item`` and ``finding``."""
    pairs = zip(data.getlist("item"), data.getlist("finding"), strict=False)
    return [{"item_id": item.strip()[:20], "text": text.strip()[:500]} for item, text in pairs if text.strip()][:MOST_FINDINGS]
