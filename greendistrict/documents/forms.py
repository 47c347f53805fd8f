"""Upload field."""

from django import forms

from greendistrict.documents.inspection import ACCEPT

WARNING = "不得上传涉密及敏感测绘数据"


class EvidenceField(forms.FileField):
    """File of an accepted kind; its content is checked when it is stored."""

    widget = forms.ClearableFileInput

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ACCEPT}))
        kwargs.setdefault("help_text", f"PDF、Word、Excel、图片。{WARNING}")
        super().__init__(**kwargs)  # type: ignore[arg-type]  # Django's own keyword set
