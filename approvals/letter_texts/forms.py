"""Form to propose a new version of a text block."""

from typing import Any

from django import forms

from approvals.cases.models.cases import Case
from approvals.common.duties import duties
from approvals.letter_texts.selectors import previewed_cases
from greendistrict.accounts.viewer import Viewer
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.policy.letter_texts import TextBlock, problems
from greendistrict.policy.message_texts import PREFIX
from greendistrict.policy.models import LetterWording

WORDING = Columns.of(LetterWording, "text", "since", "reason", text=TextColumn(rows=6, most=1000), reason=TextColumn(rows=2, most=1000))


class TextForm(forms.Form):
    """Wording, first day and reason; ``case`` is the case for which the preview is generated."""

    text, since, reason = WORDING.form_fields().values()
    case = forms.ModelChoiceField(label="预览用的办件", queryset=Case.objects.none(), required=False, empty_label="不预览")

    def __init__(self, *args: Any, block: TextBlock, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.block = block
        if block.key.startswith(PREFIX):
            matters = [("", "不预览"), *duties().samples(viewer, block.key)]
            self.fields["case"] = forms.ChoiceField(label="预览用的到期事项", choices=matters, required=False)
        else:
            self.fields["case"].queryset = previewed_cases(viewer)  # type: ignore[attr-defined]
        known = "、".join(f"{{{name}}}{'（必须使用）' if name in block.required else ''}" for name in block.variables)
        self.fields["text"].help_text = f"可以使用的变量：{known}"

    def clean_text(self) -> str:
        """Validated text. Raises ``ValidationError`` listing every fault with placeholder name and position."""
        text = str(self.cleaned_data["text"])
        if found := list(problems(self.block, text)):
            raise forms.ValidationError(found)
        return text
