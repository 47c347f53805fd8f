"""Upload field with choice of confidentiality, and the form that changes the confidentiality later."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast
from weakref import finalize

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from greendistrict.core.errors import Refused
from greendistrict.documents.enums import EXPLAINED, NO_STATE_SECRETS, Confidentiality
from greendistrict.documents.kept_files import DROP, KEY, keep, missing
from greendistrict.documents.office.inspection import ACCEPT, display_name
from greendistrict.documents.office.photographed import Photo, are_pictures, bound
from greendistrict.documents.upload_levels import choose, chosen_for

WARNING = "不得上传涉密及敏感测绘数据"
LEVELS = [(level.value, words) for level, words in EXPLAINED.items()]
MOST_AT_ONCE = 50  # files of one field; the limit of Django for a whole form is higher, because it answers without the form
GONE = "暂存的文件有{}个已不在：可能已过一天，已随另一次提交收下，或者已被后来暂存的换下。请重新选择这一栏的全部文件"
AS_BEFORE = ("", "与上一版相同")

Uploads = list["UploadedFile[Any]"]


class KeptFileInput(forms.FileInput):
    """File input that keeps the chosen files if its form is refused for another reason, and offers a checkbox to discard each."""

    template_name = "django/forms/widgets/kept_file.html"
    sent: "Sequence[UploadedFile[Any]]" = ()
    missing = 0  # kept files that the form counted on and that are gone

    def value_from_datadict(
        self, data: Mapping[str, Any], files: "Mapping[str, UploadedFile[Any]]", name: str
    ) -> "UploadedFile[Any] | None":
        """The uploaded file, remembered, because a file field does not get its value back when the form is shown again."""
        upload = super().value_from_datadict(data, files, name)  # type: ignore[arg-type]  # a plain mapping will do
        self._take([upload] if isinstance(upload, UploadedFile) else [], data, name)
        return upload  # type: ignore[no-any-return]  # untyped in the stubs

    def _take(self, uploads: Uploads, data: Mapping[str, Any], name: str) -> None:
        self.sent, self.missing = uploads, missing(data, uploads, name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the kept files to the context; where one was refused none is kept, where one cannot be kept all are to be chosen again."""
        context = super().get_context(name, value, attrs)
        refused = "aria-invalid" in context["widget"]["attrs"]
        tried = [] if refused else [(upload, keep(upload, name)) for upload in self.sent]
        kept, unkept = [row for _, row in tried if row], [upload.name for upload, row in tried if row is None]
        if unkept:
            context["widget"]["unkept"] = unkept
        elif kept:
            context["widget"]["attrs"].pop("required", None)
            context["widget"] |= {"kept": kept, "key_name": f"{name}{KEY}", "drop_name": f"{name}{DROP}"}
        return context


class KeptFilesInput(KeptFileInput):
    """Input of one file or several."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": True, **(attrs or {})})

    def value_from_datadict(  # type: ignore[override]  # several
        self, data: Mapping[str, Any], files: "Mapping[str, UploadedFile[Any]]", name: str
    ) -> Uploads:
        """The files in the order they were chosen."""
        given = files.getlist(name) if isinstance(files, MultiValueDict) else [files.get(name)]
        uploads = [upload for upload in given if isinstance(upload, UploadedFile)]
        self._take(uploads, data, name)
        return uploads


class EvidenceInput(KeptFilesInput):
    """Input of one file or several, with a choice of confidentiality for them below it, named ``<name>-confidentiality``."""

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

    def value_from_datadict(  # type: ignore[override]  # several
        self, data: Mapping[str, Any], files: "Mapping[str, UploadedFile[Any]]", name: str
    ) -> Uploads:
        """The files in the order they were chosen, with the confidentiality chosen for them."""
        uploads = super().value_from_datadict(data, files, name)
        self.chosen = str(data.get(level_name(name), self.level))
        for upload in uploads:
            choose(upload, self.chosen)
        return uploads


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


class KeptFileField(forms.FileField):
    """A file that comes back with its form (``KeptFileInput``)."""

    widget = KeptFileInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file. Raises ``ValidationError``, also where a kept one is gone, because the form would go on without it."""
        if gone := getattr(self.widget, "missing", 0):
            raise forms.ValidationError(GONE.format(gone))
        return super().clean(data, initial)


def too_many(uploads: Sequence[object], most: int = MOST_AT_ONCE) -> str:
    """What is said if these are more files than are taken at once; empty if they are not."""
    return f"一次最多选{most}个文件，这次选了{len(uploads)}个，请分几次提交" if len(uploads) > most else ""


class EvidenceFilesField(KeptFileField):
    """Files of accepted types, each a material of its own; gives a list. Their content is checked when they are stored.

    ``level``: preselected confidentiality; if empty, that of the previous version.
    """

    most: int | None = MOST_AT_ONCE
    default_help = f"PDF、Word、Excel、图片，可以一次选几个。{WARNING}"

    def __init__(self, *, level: str = Confidentiality.INTERNAL, **kwargs: object) -> None:
        kwargs.setdefault("widget", EvidenceInput(attrs={"accept": ACCEPT}, level=level))
        kwargs.setdefault("help_text", self.default_help)
        super().__init__(**kwargs)  # type: ignore[arg-type]  # Django's own keyword set

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each file as Django does. Raises ``ValidationError``."""
        given = data if isinstance(data, list) else [data] if data else []
        if self.most and (words := too_many(given, self.most)):
            raise forms.ValidationError(words)
        return [super(EvidenceFilesField, self).clean(one, initial) for one in given] or self._none(initial)

    def _none(self, initial: Any) -> Uploads:
        super().clean(None, initial)
        return []


class EvidenceField(EvidenceFilesField):
    """A single file, or pictures of the pages of one paper, which become one PDF in the order chosen; gives a file or None."""

    default_help = f"PDF、Word、Excel、图片；一份文书拍成几张照片的，一次选中，按次序合成一份PDF。{WARNING}"
    most = None  # the pages of one paper have a limit of their own
    one_alone = "这里放一份文件；几份材料请先合并成一份PDF，拍成几张照片的可以一次选中"

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file. Raises ``ValidationError`` for several that are not pictures, or for a picture that is not accepted."""
        found = super().clean(data, initial)
        return found[0] if len(found) == 1 else self._bound(found) if found else None

    def _bound(self, uploads: Uploads) -> "UploadedFile[Any]":
        names = [upload.name or "" for upload in uploads]
        if not are_pictures(names):
            raise forms.ValidationError(self.one_alone)
        made = TemporaryFile()  # noqa: SIM115 -- closed with the paper, below
        photos = [Photo(display_name(upload.name or ""), cast("BinaryIO", upload.file), upload.size or 0) for upload in uploads]
        try:
            bound(photos, settings.GD_UPLOAD_MAX_BYTES, made)
        except Refused as refused:
            made.close()
            raise forms.ValidationError(str(refused)) from refused
        size = made.tell()
        made.seek(0)
        paper: UploadedFile[Any] = UploadedFile(made, f"{PurePath(names[0]).stem}等{len(names)}张.pdf", "application/pdf", size)
        finalize(paper, made.close)
        choose(paper, chosen_for(uploads[0]) or "")
        return paper


def level_field(label: str = "密级") -> forms.ChoiceField:
    """Choice of the confidentiality as a separate field, without a file; the default is 内部."""
    return forms.ChoiceField(label=label, choices=LEVELS, required=False, initial=Confidentiality.INTERNAL, help_text=NO_STATE_SECRETS)


class LevelForm(forms.Form):
    """New confidentiality of a stored file, with the reason."""

    confidentiality = forms.ChoiceField(label="密级", choices=LEVELS, widget=forms.RadioSelect, help_text=NO_STATE_SECRETS)
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
