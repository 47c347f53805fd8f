"""Procedure of a version of a text block: effects and receivers of its steps."""

from django.urls import reverse

from approvals.letter_texts import services
from approvals.letter_texts.lifecycle import LETTER_WORDING
from approvals.proposals.procedure import ProposalNote, decided_step, proposal_procedure
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy.message_texts import block_of
from greendistrict.policy.models import LetterWording


def _words(text: LetterWording) -> ProposalNote:
    name, body = f"{block_of(text.key).title}第{text.number}版", f"自{cn_date(text.since)}起使用。理由：{text.reason}"
    return ProposalNote(name, body, reverse("approvals:letter_text", args=[text.key]))


LETTER_WORDING_STEPS = proposal_procedure(
    LETTER_WORDING, LetterWording, _words, decide=decided_step(with_state=services.decided, effect=services.on_decide, makes=("wording",))
)
