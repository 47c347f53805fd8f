"""Query of the clause list of an edition."""

from django import forms

from indicators.models import Edition


class ClauseFilter(forms.Form):
    """Which clauses to show: by type, stage and words. Everything may be left out."""

    kind = forms.ChoiceField(label="城区类型", required=False)
    stage = forms.ChoiceField(label="阶段", required=False)
    q = forms.CharField(label="条文号或文字", required=False, max_length=60)

    def __init__(self, data: object, *, edition: Edition) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        for name, labels in (("kind", edition.type_labels), ("stage", edition.stage_labels)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", "全部"), *labels.items()]
