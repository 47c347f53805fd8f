"""Text blocks of letters: list, one block with preview, versions and steps."""

from functools import partial
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from approvals.cases.models.cases import Case
from approvals.common.duties import duties
from approvals.letter_texts.lifecycle import LETTER_WORDING
from approvals.letter_texts.selectors import may_propose_text, preview, previewed_cases, reads_texts, text_lines, texts_visible_to
from approvals.letter_texts.services import propose_text
from approvals.proposals.views import ProposalPage
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.core.errors import NotAllowed
from greendistrict.policy.duty_table import urged_kinds
from greendistrict.policy.enums import WordingState
from greendistrict.policy.letter_texts import TextBlock, problems
from greendistrict.policy.message_texts import MESSAGE_BLOCKS, OF_KIND, PREFIX, block_of, text_on
from greendistrict.policy.models import LetterWording
from greendistrict.workflow.pages import NOT_YOURS, UNPROCESSABLE
from greendistrict.workflow.procedure import offered

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


TEMPLATE = "approvals/letter_texts/letter_text.html"


def _reader(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not reads_texts(viewer.held):
        raise Http404
    request.nav = "policy:rule_list"  # type: ignore[attr-defined]  # read by the menu
    return viewer


@require_safe
def letter_text_list(request: HttpRequest) -> HttpResponse:
    """All text blocks: the letters that use them, the version in force, the pending version."""
    viewer = _reader(request)
    letters, reminders = text_lines(viewer)
    groups = [("文书文本", letters), ("提醒文本", reminders)]
    context = {"groups": groups, "crumbs": [("政策条款", reverse("policy:rule_list")), ("文书文本", "")]}
    return render(request, "approvals/letter_texts/letter_text_list.html", context)


def letter_text(request: HttpRequest, key: str) -> HttpResponse:
    """One block: wording in force, proposal form with preview, pending version with its steps, earlier versions."""
    viewer = _reader(request)
    _block(key)
    if "preview" in request.POST:
        return _previewed(request, viewer, key)
    return PAGE.answer(request, key, partial(_propose, viewer.user, key), done="已提出，待审定")


def _block(key: str) -> TextBlock:
    """The block of this key. Raises ``Http404``."""
    try:
        return block_of(key)
    except KeyError as unknown:
        raise Http404 from unknown


def _propose(user: User, key: str, typed: dict[str, Any]) -> None:
    propose_text(key=key, text=typed["text"], since=typed["since"], reason=typed["reason"], by=user)


def _previewed(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """The page with a letter of the chosen case in the typed wording; nothing is stored."""
    context = _page(viewer, key, request.POST)
    form = context["form"]
    if form is None:
        raise NotAllowed(NOT_YOURS)
    for name in ("since", "reason"):
        form.fields[name].required = False
    if form.is_valid() and form.cleaned_data["case"]:
        text, case = form.cleaned_data["text"], form.cleaned_data["case"]
        tried = {"message": duties().tried(viewer, key, text, case)} if _of_reminder(key) else {"preview": preview(key, text, case, viewer)}
        return render(request, TEMPLATE, context | tried)
    if not form.errors:
        form.add_error("case", "请选择预览用的到期事项" if _of_reminder(key) else "请选择预览用的办件")
    return render(request, TEMPLATE, context, status=UNPROCESSABLE)


def _of_reminder(key: str) -> bool:
    return key.startswith(PREFIX)


def _page(viewer: Viewer, key: str, data: Any) -> dict[str, Any]:
    block, versions = _block(key), texts_visible_to(viewer).filter(key=key)
    waiting = versions.filter(status=WordingState.PROPOSED).first()
    may_propose = may_propose_text(viewer.held) and waiting is None
    current = text_on(key, viewer.today)
    form = TextForm(data, block=block, viewer=viewer, initial={"text": current}) if may_propose else None
    return {
        "text_block": block,  # not named ``block``, which means the template block inside a template
        "current": current,
        "form": form,
        "errors": form,
        "waiting": waiting,
        "state": LETTER_WORDING.state(waiting.status) if waiting else None,
        "offered": offered(waiting, viewer.user) if waiting else [],
        "kinds": [(f"{key}{OF_KIND}{kind}", label) for kind, label in urged_kinds().items()] if key in MESSAGE_BLOCKS else [],
        "versions": [(row, LETTER_WORDING.state(row.status)) for row in versions],
        "crumbs": [("政策条款", reverse("policy:rule_list")), ("文书文本", reverse("approvals:letter_text_list")), (block.title, "")],
    }


def _newest(viewer: Viewer, key: str) -> LetterWording | None:
    return texts_visible_to(viewer).filter(key=key).first()


@require_POST
def letter_text_act(request: HttpRequest, key: str) -> HttpResponse:
    """Take a step of the pending version."""
    _reader(request)
    return PAGE.act(request, key)


PAGE = ProposalPage("approvals:letter_text", TEMPLATE, _page, _newest, lambda key: block_of(key).title)
