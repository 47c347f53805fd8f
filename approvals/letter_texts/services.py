"""Propose a version of a text block, and store the decision about it."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from approvals.letter_texts.selectors import may_propose_text
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy.letter_texts import problems
from greendistrict.policy.message_texts import block_of, text_on
from greendistrict.policy.models import LetterWording
from greendistrict.workflow.declaration import Values
from greendistrict.workflow.dry_run import tell
from greendistrict.workflow.procedure import BEGUN, Taken, notify_event


@transaction.atomic
def propose_text(*, key: str, text: str, since: dt.date, reason: str, by: User) -> LetterWording:
    """Propose a wording of a block, valid from the day ``since``.

    Raises ``NotAllowed`` for anybody but the city's officer and legal office; ``Refused`` with every fault of the text, by placeholder and
    position, for a day that is not in the future, or if another version is pending.
    """
    NotAllowed.unless(may_propose_text(posts_of(by)), "文书文本由市级经办或法制提出")
    found = [Refusal(words, field="text") for words in problems(block_of(key), text)]
    if since <= clock.today():
        found.append(Refusal("生效日期须在今天之后，已形成的文书不变", field="since"))
    if text.strip() == text_on(key, since):
        found.append(Refusal("内容与现行文本相同", field="text"))
    if found:
        raise Refused(found)
    last = LetterWording.objects.filter(key=key).aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            made = LetterWording.objects.create(
                key=key, number=last + 1, text=text.strip(), since=since, reason=reason.strip(), proposed_by=by, proposed_at=clock.now()
            )
    except IntegrityError as error:
        msg = "这一文本已有待审定的版本，请先办结"
        raise Refused(msg) from error
    audit.record(action="letter_text.propose", by=by, obj=made, data={"key": key, "number": made.number, "since": since.isoformat()})
    notify_event(made, BEGUN, by)
    return made


def decided(text: LetterWording, by: User | None, values: Values) -> dict[str, Any]:
    """Columns stored with the state: who decided, and when."""
    del text, values
    return {"decided_by": by, "decided_at": clock.now()}


def on_decide(taken: Taken) -> None:
    """Tell a dry run which letters use the version, and from when; the state does the rest."""
    block = block_of(taken.obj.key)
    tell("文书文本", f"{block.title}第{taken.obj.number}版，自{cn_date(taken.obj.since)}起用于{block.letters}")
