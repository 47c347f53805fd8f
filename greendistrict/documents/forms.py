"""Upload field."""

from django import forms

from greendistrict.core.widgets import DayInput
from greendistrict.documents.inspection import ACCEPT

WARNING = "不得上传涉密及敏感测绘数据"


class EvidenceField(forms.FileField):
    """A file of the kinds that are taken; the content is checked when it is stored."""

    widget = forms.ClearableFileInput

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ACCEPT}))
        kwargs.setdefault("help_text", f"PDF、Word、Excel、图片。{WARNING}")
        super().__init__(**kwargs)  # type: ignore[arg-type]  # Django's own keyword set


class EvidenceForm(forms.Form):
    """One file with its title and validity."""

    title = forms.CharField(label="材料名称", max_length=200, required=False, help_text="不填则用文件名")
    upload = EvidenceField(label="文件")
    valid_to = forms.DateField(label="有效期止", required=False, widget=DayInput())
