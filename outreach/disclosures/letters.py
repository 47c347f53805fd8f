"""Draft letters about a request: completion, extension, reply, and answer to a remedy."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from functools import partial

from django.urls import reverse

from approvals.cases.selectors.cases import day_of
from approvals.remedies.letters import Contested, reply_drafts
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.core import workdays
from greendistrict.core.days import day_in_words
from greendistrict.core.masks import masked_name
from greendistrict.policy import citing
from greendistrict.policy.statutes import ANSWER_DISCLOSURE, ASK_RECONSIDERATION, COURT, RECONSIDERED_BY, SUE, SUE_AFTER_REVIEW, THIRD_PARTY
from greendistrict.workflow.letters import BLANK, Addressed, Draft, Letter, LetterSource, sentence, sentences
from outreach.disclosures.looks import has_looked
from outreach.disclosures.models import (
    WITHHOLDING,
    DisclosureAsker,
    DisclosureOutcome,
    DisclosureProgress,
    DisclosureRemedy,
    DisclosureRequest,
    IssuedPaper,
)
from outreach.disclosures.rules import NOT_ASKED, day_of_receipt, reply_term, third_party_days
from outreach.disclosures.selectors import disclosure_remedies_visible_to, disclosures_visible_to

OPINION = IssuedPaper.OPINION.value
LAW = "《中华人民共和国政府信息公开条例》"
# Outcome → standard text of the reply, and its legal basis (an item of 第三十六条, or another article).
FOUND = {
    DisclosureOutcome.PUBLISHED: ("第三十六条第（一）项", "你（单位）申请的信息已经主动公开，获取的方式和途径如下。"),
    DisclosureOutcome.GRANTED: ("第三十六条第（二）项", "你（单位）申请的信息可以公开，现予提供。"),
    DisclosureOutcome.PARTLY: ("第三十七条", "你（单位）申请的信息中含有不应当公开的内容，能够作区分处理，现提供可以公开的内容。"),
    DisclosureOutcome.REFUSED: ("第三十六条第（三）项", "你（单位）申请的信息不予公开。"),
    DisclosureOutcome.ABSENT: ("第三十六条第（四）项", "经检索，没有你（单位）申请公开的信息，该信息不存在。"),
    DisclosureOutcome.ELSEWHERE: ("第三十六条第（五）项", "你（单位）申请的信息不属于本机关负责公开。"),
    DisclosureOutcome.REPEATED: ("第三十六条第（六）项", "你（单位）申请的信息本机关已经答复，不予重复处理。"),
    DisclosureOutcome.NO_REQUEST: ("第三十九条", "你（单位）提交的内容不作为政府信息公开申请处理。"),
}


def addressee(row: DisclosureRequest) -> str:
    """Addressee of the stored draft: a person's first character only, so that no file holds the name."""
    return masked_name(row.name) if row.asker == DisclosureAsker.CITIZEN else row.name


def _addressed(row: DisclosureRequest, viewer: Viewer, write: Callable[[], Letter]) -> Addressed | None:
    """The letter with the person's name, for who has stated why they look at it; None if the draft has the whole name."""
    if row.asker != DisclosureAsker.CITIZEN:
        return None
    return Addressed(reverse("outreach:disclosure_identity", args=[row.pk]), has_looked(viewer, subject_of(row)), write)


def _wanted(row: DisclosureRequest) -> str:
    wanted = row.wanted.strip().rstrip("。；;.")
    return wanted if row.completed_at is None else f"{wanted}；补正：{row.completion.strip().rstrip('。；;.')}"


def _asked(row: DisclosureRequest) -> str:
    return f"本机关于{day_in_words(day_of(row.filed_at))}收到你（单位）提交的政府信息公开申请（{row.number}），申请公开“{_wanted(row)}”。"


def reply_letter(row: DisclosureRequest) -> Letter:
    """政府信息公开申请答复告知书, as a draft or as issued."""
    cited, found = FOUND[DisclosureOutcome(row.outcome)] if row.outcome else (BLANK, f"{BLANK}。")
    ground = f"不予公开的依据为{row.get_withheld_display()}。" if row.outcome in WITHHOLDING else ""
    told = tuple(one for one in (f"经审查，依据{LAW}{cited}的规定，答复如下。", found, ground, *sentences(row.reply or BLANK)) if one)
    return Letter(
        title="政府信息公开申请答复告知书",
        to=addressee(row),
        number=row.reply_number,
        paragraphs=(_asked(row), *told),
        closing=(remedies(row),),
        day=row.replied_on,
        by=citing.issuer(row.replied_on),
    )


def remedies(row: DisclosureRequest) -> str:
    """Remedies named in the reply: after withholding, 行政复议 must precede a suit (行政复议法第二十三条)."""
    within = f"可以自收到本告知书之日起{ASK_RECONSIDERATION.words}内向{RECONSIDERED_BY}申请行政复议"
    if row.outcome in WITHHOLDING:
        return (
            f"对本答复不服的，{within}；对不予公开的部分应当先申请行政复议，"
            f"对行政复议决定不服的，可以自收到行政复议决定书之日起{SUE_AFTER_REVIEW.words}内依法向{COURT}提起行政诉讼。"
        )
    return f"对本答复不服的，{within}，也可以自收到本告知书之日起{SUE.words}内依法向{COURT}提起行政诉讼。"


def extension_letter(row: DisclosureRequest) -> Letter:
    """政府信息公开申请延期答复告知书."""
    day = day_of(row.extended_at) if row.extended_at else None
    calendar = workdays.current()
    opinion = third_party_days(row).known_on(day) if day else NOT_ASKED
    due = reply_term(day_of_receipt(row), calendar, extended=True, opinion=opinion)
    apart = "，不含征求第三方意见所需时间" if opinion.asked else ""
    return Letter(
        title="政府信息公开申请延期答复告知书",
        to=addressee(row),
        paragraphs=(
            _asked(row),
            (
                f"因{sentence(row.extension_reason).rstrip('。')}，不能在{ANSWER_DISCLOSURE.words}内答复。依据{LAW}第三十三条的规定，"
                f"经本机关政府信息公开工作机构负责人同意，答复期限延长至{day_in_words(due)}{apart}。"
            ),
        ),
        day=day,
        by=citing.issuer(day),
    )


def completion_letter(row: DisclosureRequest) -> Letter:
    """政府信息公开申请补正告知书."""
    day = day_of(row.asked_at) if row.asked_at else None
    until = day_in_words(row.asked_until) if row.asked_until else BLANK
    return Letter(
        title="政府信息公开申请补正告知书",
        to=addressee(row),
        paragraphs=(
            _asked(row),
            f"经审查，申请内容不明确。依据{LAW}第三十条的规定，请就下列事项作出补正：",
            *sentences(row.asked_words),
            (
                f"请于{until}前补正，可以凭回执上的查询码在平台填写，也可以邮寄或者当面提交。"
                "答复期限自收到补正的申请之日起计算；无正当理由逾期不补正的，视为放弃申请，本机关不再处理。"
            ),
        ),
        day=day,
        by=citing.issuer(day),
    )


def opinion_letter(row: DisclosureRequest) -> Letter:
    """征求第三方意见书; who asked is not named."""
    return Letter(
        title="政府信息公开征求第三方意见书",
        to=row.third_party,
        paragraphs=(
            f"本机关收到政府信息公开申请（{row.number}），申请公开“{_wanted(row)}”。",
            (
                f"申请公开的信息涉及你（单位），公开可能损害你（单位）的合法权益。依据{LAW}{THIRD_PARTY.article}的规定，"
                f"现书面征求你（单位）的意见。请自收到本征求意见书之日起{THIRD_PARTY.words}内提出意见；不同意公开的，请说明理由。"
            ),
            f"逾期未提出意见的，由本机关依照{LAW}的规定决定是否公开。",
        ),
        day=row.opinion_asked_on,
        by=citing.issuer(row.opinion_asked_on),
    )


def _letters(row: DisclosureRequest) -> Iterator[Draft]:
    if row.asked_at is not None:
        yield Draft("completion", "申请补正告知书", partial(completion_letter, row))
    if row.given_up_at is not None:
        return
    if row.extended_at is not None:
        yield Draft("extension", "延期答复告知书", partial(extension_letter, row))
    if row.opinion_asked_on is not None:
        yield Draft(OPINION, "征求第三方意见书", partial(opinion_letter, row))
    if row.progress != DisclosureProgress.INCOMPLETE:  # no reply while the request is incomplete
        yield Draft("reply", "答复告知书", partial(reply_letter, row))


def _drafts(row: DisclosureRequest, viewer: Viewer) -> Iterator[Draft]:
    for draft in _letters(row):
        to_asker = draft.key != OPINION
        yield replace(draft, addressed=_addressed(row, viewer, partial(_sent, draft, row.name))) if to_asker else draft


def _sent(draft: Draft, name: str) -> Letter:
    return replace(draft.write(), to=name)


SOURCE = LetterSource(
    DisclosureRequest,
    lambda viewer, pk: disclosures_visible_to(viewer).filter(pk=pk).first(),
    _drafts,
    lambda row: reverse("outreach:disclosure", args=[row.pk]),
    lambda row: row.is_demo,
)


def _contested_reply(remedy: DisclosureRemedy) -> Letter | None:
    """The reply that is contested, also after it was set aside and another one given; None if it is not known any more."""
    row, against = copy(remedy.request), (remedy.against_number, remedy.against_on)
    if against != (row.reply_number, row.replied_on):
        aside = row.remedies.exclude(was_outcome="").filter(against_number=against[0], against_on=against[1]).first()
        if aside is None:
            return None
        row.outcome, row.withheld, row.reply = aside.was_outcome, aside.was_withheld, aside.was_reply
        row.reply_number, row.replied_on = against
    return reply_letter(row)


def _remedy_drafts(remedy: DisclosureRemedy, viewer: Viewer) -> Iterator[Draft]:
    row = remedy.request
    contested = Contested("政府信息公开申请答复", partial(_contested_reply, remedy))
    for draft, named in zip(reply_drafts(remedy, addressee(row), contested), reply_drafts(remedy, row.name, contested), strict=True):
        yield replace(draft, addressed=_addressed(row, viewer, named.write))


REMEDY_SOURCE = LetterSource(
    DisclosureRemedy,
    lambda viewer, pk: disclosure_remedies_visible_to(viewer).filter(pk=pk).first(),
    _remedy_drafts,
    lambda remedy: reverse("outreach:disclosure_remedy", args=[remedy.pk]),
    lambda remedy: remedy.is_demo,
)
