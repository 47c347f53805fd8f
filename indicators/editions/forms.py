"""Forms of the standards: clause filter, upload, choice of two editions, what-if trial."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from indicators.editions.models import Edition
from indicators.editions.upload import ACCEPT

MAX_VALUES = 1024 * 1024


class ClauseFilter(forms.Form):
    """Filter of clauses by type, stage and text; all optional."""

    kind = forms.ChoiceField(label="城区类型", required=False)
    stage = forms.ChoiceField(label="阶段", required=False)
    q = forms.CharField(label="条文号或文字", required=False, max_length=60)

    def __init__(self, data: object, *, edition: Edition) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        for name, labels in (("kind", edition.type_labels), ("stage", edition.stage_labels)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", "全部"), *labels.items()]


class EditionUpload(forms.Form):
    """A file with a whole edition."""

    file = forms.FileField(
        label="标准文件",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text="YAML 文件，或按模板填写的 Excel（xlsx），最大 5 MB",
        error_messages={"required": "请选择文件", "empty": "文件是空的，请检查后重新选择"},
    )
    replace = forms.BooleanField(
        label="替换同编号的标准", required=False, help_text="已校核的退回草稿；已发布的先由审定退回；已锁定的不能替换"
    )


class EditionPair(forms.Form):
    """Two editions to compare."""

    old = forms.ModelChoiceField(label="原标准", queryset=Edition.objects.none(), empty_label="请选择")
    new = forms.ModelChoiceField(label="新标准", queryset=Edition.objects.none(), empty_label="请选择")

    def __init__(self, data: object, *, editions: QuerySet[Edition]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = editions


class Trial(forms.Form):
    """Edition and table (``type/stage``) for a what-if trial."""

    edition = forms.ModelChoiceField(label="评价标准", queryset=Edition.objects.none(), empty_label="请选择")
    kind = forms.ChoiceField(label="城区类型")
    stage = forms.ChoiceField(label="阶段")

    def __init__(self, data: object, *, editions: QuerySet[Edition]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        listed = list(editions)
        self.fields["edition"].queryset = editions  # type: ignore[attr-defined]
        for name, labels in (("kind", [one.type_labels for one in listed]), ("stage", [one.stage_labels for one in listed])):
            merged = {key: label for one in reversed(labels) for key, label in one.items()}
            self.fields[name].choices = merged.items()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Combine type and stage from ``table``; refuse a combination that the edition lacks."""
        data = super().clean() or {}
        edition = data.get("edition")
        for name, known in (("kind", "type_labels"), ("stage", "stage_labels")):
            if edition and name in data and data[name] not in getattr(edition, known):
                self.add_error(name, f"{edition.code} 没有这一{self.fields[name].label}")
        return {**data, "table": (data.get("kind"), data.get("stage"))}


class ValuesUpload(forms.Form):
    """A values file."""

    values = forms.FileField(
        label="取值文件",
        widget=forms.FileInput(attrs={"accept": ".json,.yaml,.yml"}),
        help_text="本页保存的文件，或同样格式的 YAML，最大 1 MB",
        error_messages={"required": "请选择取值文件", "empty": "文件是空的，请检查后重新选择"},
    )

    def clean_values(self) -> Any:
        """Refuse an upload that cannot be a values file."""
        upload = self.cleaned_data["values"]
        if upload.size > MAX_VALUES:
            msg = "文件超过 1 MB，不是取值文件"
            raise forms.ValidationError(msg)
        return upload
