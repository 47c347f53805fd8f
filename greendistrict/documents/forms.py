"""Upload field with choice of confidentiality, and the form that changes the confidentiality later."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from greendistrict.documents.enums import EXPLAINED, NO_STATE_SECRETS, Confidentiality
from greendistrict.documents.kept_files import DROP, KEY, keep
from greendistrict.documents.office.inspection import ACCEPT
from greendistrict.documents.upload_levels import choose

WARNING = "不得上传涉密及敏感测绘数据"
LEVELS = [(level.value, words) for level, words in EXPLAINED.items()]
AS_BEFORE = ("", "与上一版相同")


class KeptFileInput(forms.FileInput):
    """File input that keeps the chosen file if its form is refused for another reason, and offers a checkbox to discard it."""

    template_name = "django/forms/widgets/kept_file.html"
    sent: "UploadedFile[Any] | None" = None

    def value_from_datadict(
        self, data: Mapping[str, Any], files: "MultiValueDict[str, UploadedFile[Any]]", name: str
    ) -> "UploadedFile[Any] | None":
        """The uploaded file, remembered, because a file field does not get its value back when the form is shown again."""
        upload = super().value_from_datadict(data, files, name)
        self.sent = upload if isinstance(upload, UploadedFile) else None
        return upload  # type: ignore[no-any-return]  # untyped in the stubs

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the kept file to the context; a file that was itself refused is not kept."""
        context = super().get_context(name, value, attrs)
        refused = "aria-invalid" in context["widget"]["attrs"]
        kept = keep(self.sent, name) if self.sent and not refused else None
        if kept:
            context["widget"]["attrs"].pop("required", None)
            context["widget"] |= {"kept": kept, "key_name": f"{name}{KEY}", "drop_name": f"{name}{DROP}"}
        return context


class EvidenceInput(KeptFileInput):
    """File input with a choice of confidentiality below it, named ``<name>-confidentiality``."""

    template_name = "django/forms/widgets/evidence.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, level: str = Confidentiality.INTERNAL) -> None:
        super().__init__(attrs)
        self.level = self.chosen = level

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the choice, as submitted if the form is shown again with an error."""
        context = super().get_context(name, value, attrs)
        anchor = f"{context['widget']['attrs'].get('id', name)}-confidentiality"
        context["widget"] |= choice_of(name, anchor, preset=self.level, chosen=self.chosen)
        return context

    def value_from_datadict(
        self, data: Mapping[str, Any], files: "MultiValueDict[str, UploadedFile[Any]]", name: str
    ) -> "UploadedFile[Any] | None":
        """The file, with the confidentiality chosen for it."""
        upload = super().value_from_datadict(data, files, name)
        self.chosen = str(data.get(level_name(name), self.level))
        if upload:
            choose(upload, self.chosen)
        return upload


def choice_of(name: str, anchor: str, *, preset: str = Confidentiality.INTERNAL, chosen: str = Confidentiality.INTERNAL) -> dict[str, Any]:
    """Context of ``components/level_choice.html``; an unknown choice falls back to ``preset``."""
    choices = dict(LEVELS if preset else [AS_BEFORE, *LEVELS])
    chosen = chosen if chosen in choices else preset
    return {
        "level_name": level_name(name),
        "level_id": anchor,
        "levels": [(value, words, value == chosen) for value, words in choices.items()],
        "chosen": choices[chosen].partition("：")[0],
        "is_open": chosen != preset,
        "rule": NO_STATE_SECRETS,
    }


def level_name(name: str) -> str:
    """Name of the choice for the file input of this name."""
    return f"{name}-confidentiality"


class EvidenceField(forms.FileField):
    """File of an accepted type; its content is checked when it is stored.

    ``level``: preselected confidentiality; if empty, that of the previous version.
    """

    widget = forms.ClearableFileInput

    def __init__(self, *, level: str = Confidentiality.INTERNAL, **kwargs: object) -> None:
        kwargs.setdefault("widget", EvidenceInput(attrs={"accept": ACCEPT}, level=level))
        kwargs.setdefault("help_text", f"PDF、Word、Excel、图片。{WARNING}")
        super().__init__(**kwargs)  # type: ignore[arg-type]  # Django's own keyword set


def level_field(label: str = "密级") -> forms.ChoiceField:
    """Choice of the confidentiality as a separate field, without a file; the default is 内部."""
    return forms.ChoiceField(label=label, choices=LEVELS, required=False, initial=Confidentiality.INTERNAL, help_text=NO_STATE_SECRETS)


class LevelForm(forms.Form):
    """New confidentiality of a stored file, with the reason."""

    confidentiality = forms.ChoiceField(label="密级", choices=LEVELS, widget=forms.RadioSelect, help_text=NO_STATE_SECRETS)
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
