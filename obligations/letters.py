"""Draft letter about a waiver or extension of an obligation (免报、延期)."""

import datetime as dt
from collections.abc import Iterator
from functools import partial

from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing, letter_texts
from greendistrict.policy.duty_table import told_kind
from greendistrict.workflow.letters import BLANK, Draft, Letter, LetterSource
from obligations.duties import Obligation
from obligations.models import Exemption
from obligations.selectors import due, in_sight


def _seen(viewer: Viewer, pk: int) -> Exemption | None:
    """Decision that counts, about an obligation that the person may see."""
    exemption = Exemption.objects.counted().filter(pk=pk).first()
    return exemption if exemption and _obligation(exemption, viewer) else None


def _obligation(exemption: Exemption, viewer: Viewer) -> Obligation | None:
    return next((row for row in in_sight(viewer) if row.key == exemption.obligation), None)


def exemption_drafts(exemption: Exemption, viewer: Viewer) -> Iterator[Draft]:
    """The letter to the debtor."""
    obligation = _obligation(exemption, viewer)
    if obligation is not None:
        title = "延期的复函" if exemption.extended_to else "免报的复函"
        yield Draft("decision", title, partial(_decision, exemption, obligation))


def _decision(exemption: Exemption, owed: Obligation) -> Letter:
    day = exemption.counts_from.astimezone(clock.SHANGHAI).date()
    what, until = f"{owed.district}{owed.title}", exemption.extended_to
    verb = "报送" if told_kind(owed.kind, owed.rule).is_filed else "办理"
    reason = f"因{exemption.reason.strip().rstrip('。；;.')}，经研究，"
    # the policy knows no waiver, so that its letter cites no clause: it is the city's own decision on this one matter
    waived = f"{reason}同意{what}免予{verb}，只及于这一件，其他应{verb[0]}事项不变。"
    return Letter(
        title=f"关于同意{what}{'延期' if until else '免予'}{verb}的复函",
        to=owed.organisation or BLANK,
        paragraphs=tuple(_prolonged(owed, day, reason, until) if until else (waived,)),
        day=day,
        by=citing.issuer(day),
        contact=letter_texts.wording("contact", {"城区": owed.district}, day),
    )


def _prolonged(owed: Obligation, day: dt.date, reason: str, until: dt.date) -> Iterator[str]:
    """The clause in its own words, unless a rule of the portal alone asks for it; and the new day."""
    what, kind = f"{owed.district}{owed.title}", told_kind(owed.kind, owed.rule)
    if citing.CITE.fullmatch(owed.cite):
        yield f"{what}依据{citing.cited(citing.Sentence(owed.cite, kind.words), day)}办理。"
    yield f"{reason}同意将{what}的期限延至{cn_date(until)}（含当日），请按期{f'报送{owed.to}' if kind.is_filed else '办理'}。"


def _is_demo(exemption: Exemption) -> bool:
    kind, day = exemption.obligation.partition(":")[0], exemption.counts_from.astimezone(clock.SHANGHAI).date()
    return any(row.is_demo for row in due(Viewer(None, as_of=day), kinds=(kind,)) if row.key == exemption.obligation)


SOURCE = LetterSource(Exemption, _seen, exemption_drafts, lambda _exemption: reverse("obligations:obligation_list"), _is_demo)
