"""Terms of cases: receipt and formal review, corrections, endorsement, panel, decision chain, notice, announcement, loss of title."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator

from approvals.cases import terms
from approvals.cases.enums import AT_HEARING, AT_RECEIPT, AWAITING_ANNOUNCEMENT, CaseState, Deed
from approvals.cases.lifecycle import steps_that
from approvals.cases.terms import working_days
from approvals.common.enums import CaseKind
from approvals.requests.models import DeadlineKind
from assessments.common.enums import Conclusion
from assessments.reviews import terms as panels
from greendistrict.core.addresses import reverse
from greendistrict.workflow.history import Stay
from obligations.case_history import CASES, OWN_ALONE, READABLE, SENT_TO_CITY, CaseHistory, histories
from obligations.duties import Obligation
from obligations.matters import CHECKER, DIRECTOR, LEGAL, OFFICER, SECRETARY, Debtor, OwedTerm, is_listed, owed
from obligations.titled_districts import NO_AUTHORITY
from obligations.way import Day

KINDS = (
    *("accept_case", "form_review", "correction", "endorse", "draw_panel", "opinion_reply", "decide"),
    *("notice_open", "announce", "serve", "hearing", "hearing_weigh", "cancel_start"),
)
TABLES = (CASES,)
UNTIL_CONCLUSION = (CaseState.SENT, CaseState.CORRECTING, CaseState.ACCEPTED, CaseState.VISITING, CaseState.REVIEWING)
PASSING = (Conclusion.PASSED, Conclusion.PASSED_AFTER)
CHAIN = (
    (CaseState.CHECKING, "审核", CHECKER),
    (CaseState.LEGAL, "法制审核", LEGAL),
    (CaseState.DECIDING, "审定", DIRECTOR),
)


def collect(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Open terms of cases on a day, and those met in the year before it."""
    found = histories(day, only)
    by_acceptance = {one.row["loss__acceptance_id"]: one for one in found if one.row["loss__acceptance_id"]}
    for case in found:
        reached = {step["target"] for step in case.row["steps"]}
        for part, states in PARTS:
            if reached & states if states else case.row["musts"]:
                yield from (one for one in part(case, day) if is_listed(one, day))
        if CaseState.FAILED in reached:
            yield from (one for one in _to_cancel(case, day, by_acceptance.get(case.row["pk"])) if is_listed(one, day))


def _met(stay: Stay) -> bool:
    """Whether the period ended by a step that met the obligation, or is still running."""
    return stay.until is None or stay.left not in steps_that(Deed.GIVES_UP)


def _receipt(case: CaseHistory, day: Day) -> Iterator[Obligation]:
    """Receipt and (of an application or acceptance) formal review: one term, stopped while the applicant has to answer."""
    sending, again = steps_that(Deed.SENDS), steps_that(Deed.SENDS_AGAIN)
    parts = [("accept_case", "受理", CaseState.SENT), ("form_review", "形式审查", CaseState.ACCEPTED)]
    if case.kind == CaseKind.CHANGE:
        parts = [("accept_case", "核对", CaseState.SENT)]
    for key, what, state in parts:
        for stay in filter(_met, case.stays(state)):
            sent = next((step.on for step in reversed(case.steps) if step.action in sending and step.on <= stay.since), None)
            if sent is None or any(step.action in again and step.on <= stay.since for step in case.steps):
                continue
            until = stay.until or day.on
            held = working_days(case.held(until), day.terms.calendar)
            how = day.how(sent, "报送", terms.HANDLING, _not_counted(held))
            due = terms.handling_term(sent, day.terms, held)
            yield _city(
                case,
                OFFICER,
                OwedTerm(key, str(stay.number), what, due, how, stay.until, seen_by=case.seen_by(stay.since), to=case.matter.applicant),
                terms.HANDLING,
            )


def _city(case: CaseHistory, debtor: Debtor, term: OwedTerm, setting: str) -> Obligation:
    """An obligation of the city with a term from the settings."""
    return owed(case.matter, debtor, term._replace(is_default=case.day.is_default(setting)))


def _corrections(case: CaseHistory, day: Day) -> Iterator[Obligation]:
    """Each 补正 notice, to be answered by its day or the extended day."""
    answered = {stay.number: stay for stay in case.stays(CaseState.CORRECTING)}
    for one in case.row["rounds"]:
        stay = answered.get(one["number"])
        if stay is None or not _met(stay):
            continue
        due, extended = case.extended(DeadlineKind.CORRECTION, dt.date.fromisoformat(one["due"]))
        how = day.how(stay.since, "告知补正", "supplement.days", extended)
        term = OwedTerm("correction", str(stay.number), f"第{stay.number}次补正", due, how, stay.until, seen_by=case.seen_by(stay.since))
        yield owed(case.matter, case.matter.own_side, term._replace(is_default=not extended and day.is_default("supplement.days")))


def _endorsement(case: CaseHistory, day: Day) -> Iterator[Obligation]:
    """批复 and 报送函: the policy sets no term, so reminders repeat and it is never late."""
    names = "、".join(case.row["bodies"]) or NO_AUTHORITY
    for stay in filter(_met, case.stays(CaseState.ENDORSING)):
        due = terms.endorsing_reminder(stay.since, stay.until or day.on, day.terms)
        how = day.how(stay.since, "提交", terms.ENDORSING)
        term = OwedTerm("endorse", str(stay.number), "批复和报送", due, how, stay.until, seen_by=OWN_ALONE, to=case.matter.applicant)
        asked = terms.endorsing_asked(stay.since, day.on, day.terms)
        yield owed(case.matter, case.matter.endorser(names), term)._replace(asked_on=asked)


def _chain(case: CaseHistory, day: Day) -> Iterator[Obligation]:
    """审核, 法制审核 and 审定, each with its own term; the district does not see who decides."""
    for state, what, debtor in CHAIN:
        for stay in filter(_met, case.stays(state)):
            how = day.how(stay.since, f"提交{what}", terms.CHECKING)
            due = terms.chain_term(stay.since, day.terms)
            term = OwedTerm("decide", f"{state}:{stay.number}", what, due, how, stay.until, seen_by=case.inside, to="申报主体")
            yield _city(case, debtor, term, terms.CHECKING)


def _conclusion(case: CaseHistory, day: Day) -> Iterator[Obligation]:
    """Opening the notice or passing the case on, after the panel's conclusion."""
    passing = case.row["review__conclusion"] in PASSING
    for stay in filter(_met, case.stays(CaseState.REVIEWED)):
        asked = case.asked(stay.until or day.on)
        due = terms.notice_term(stay.since, day.terms, asked)
        moved = due != terms.notice_term(stay.since, day.terms)
        how = day.how(stay.since, "审查有结论", terms.NOTICE, "区级答复评审意见的时间不计" if moved else "")
        what = "开始公示或提交审核" if passing else "提交审核"
        term = OwedTerm("notice_open", str(stay.number), what, due, how, stay.until, seen_by=case.inside, to="社会公众")
        yield _city(case, OFFICER, term, terms.NOTICE)


def _after_decision(case: CaseHistory, day: Day) -> Iterator[Obligation]:
    """公告 after the decision; for a loss of title, 送达 before it."""
    decided = case.row["decided_on"]
    for stay in case.stays(CaseState.DECIDED, CaseState.SERVED):
        if not case.is_carried_out(stay.until):
            continue
        stayed = case.stayed_days(decided or stay.since, stay.until)
        how = day.how(decided or stay.since, "审定", terms.ANNOUNCING, _not_carried_out(stayed))
        due = terms.announcing_term(decided or stay.since, day.terms, stayed)
        seen_by = case.inside if case.kind == CaseKind.LOSS else READABLE
        term = OwedTerm("announce", str(stay.number), "公告", due, how, stay.until, seen_by=seen_by, to=case.matter.applicant)
        yield _city(case, OFFICER, term, terms.ANNOUNCING)
    if case.kind != CaseKind.LOSS:
        return
    for stay in case.stays(CaseState.DECIDED):
        if case.is_void(stay.until):  # a decision that is only stayed is served all the same
            continue
        how = day.how(decided or stay.since, "审定", terms.SERVING)
        due = terms.serving_term(decided or stay.since, day.terms)
        term = OwedTerm("serve", str(stay.number), "送达", due, how, stay.until, seen_by=case.inside, to=case.matter.applicant)
        yield _city(case, OFFICER, term, terms.SERVING)


def _hearing(case: CaseHistory, day: Day) -> Iterator[Obligation]:
    """陈述申辩 is a right of the holder and never late; afterwards the city considers the statement, or proceeds after the term."""
    if case.kind != CaseKind.LOSS or case.row["loss__hearing_due"] is None:
        return
    last, extended = case.extended(DeadlineKind.HEARING, case.row["loss__hearing_due"])
    stating = steps_that(Deed.STATES)
    stated = next((step.on for step in case.steps if step.action in stating and step.on <= day.on), None)
    for stay in case.stays(CaseState.HEARING, CaseState.HEARD):
        told = stay.came in steps_that(Deed.TELLS)
        if told and (day.on <= last or stated is not None):
            how = day.how(stay.since, "送达告知书", "hearing_days", extended)
            term = OwedTerm("hearing", "", "陈述申辩（权利）", last, how, stated, seen_by=SENT_TO_CITY)
            yield owed(case.matter, case.matter.own_side, term)
        heard = min(stated or last, last) if told else stay.since
        if told and stated is None and day.on <= last:
            continue
        how = day.how(heard, ("陈述申辩" if stated else "陈述申辩期满") if told else "退回", terms.WEIGHING)
        due = terms.weighing_term(heard, day.terms)
        term = OwedTerm("hearing_weigh", str(stay.number), "复核陈述申辩", due, how, stay.until, seen_by=case.inside, to="当事人")
        yield _city(case, OFFICER, term, terms.WEIGHING)


def _to_cancel(case: CaseHistory, day: Day, loss: CaseHistory | None) -> Iterator[Obligation]:
    """After a failed acceptance: the holder is notified of the cancellation, or the reason against it is recorded (八（三）)."""
    failed = next((stay.since for stay in case.stays(CaseState.FAILED)), None)
    if case.kind != CaseKind.ACCEPTANCE or failed is None:
        return
    done = loss.day_of(steps_that(Deed.TELLS) | steps_that(Deed.GIVES_UP)) if loss else None
    if not case.is_carried_out(done):
        return
    stayed = case.stayed_days(failed, done)
    how = day.how(failed, "审定终期验收不通过", terms.CANCELLING, _not_carried_out(stayed))
    due = terms.cancelling_term(failed, day.terms, stayed)
    term = OwedTerm("cancel_start", "", "后告知拟取消试点称号", due, how, done, seen_by=case.inside, to=case.matter.applicant)
    yield _city(case, OFFICER, term, terms.CANCELLING)


def _panel(case: CaseHistory, day: Day) -> Iterator[Obligation]:
    """Drawing the panel after receipt, or after a return for changes; the term stops while the applicant has to answer."""
    if case.kind not in {CaseKind.APPLICATION, CaseKind.ACCEPTANCE}:
        return
    for stay in case.stays(*UNTIL_CONCLUSION):
        is_again = stay.came in steps_that(Deed.SENDS_AGAIN)
        came = stay.since if is_again else case.first_of(steps_that(Deed.ACCEPTS), stay.since, stay.until)
        if came is None:
            continue
        drawn = next((one for one in case.drawn if came <= one <= (stay.until or day.on)), None)
        if drawn is None and stay.until is not None:
            continue
        held = working_days(((max(first, came), last) for first, last in case.held(drawn or day.on) if last > came), day.terms.calendar)
        how = day.how(came, "修改后提交" if is_again else "受理", panels.DRAWING, _not_counted(held))
        due = panels.drawing_term(came, day.terms, held)
        term = OwedTerm("draw_panel", str(stay.number), "抽取评审专家", due, how, drawn, seen_by=case.inside)
        drawing, review = _city(case, SECRETARY, term, panels.DRAWING), case.row["review_id"]
        yield drawing._replace(link=reverse("assessments:review", args=[review])) if review else drawing


def _opinions(case: CaseHistory, day: Day) -> Iterator[Obligation]:
    """Binding opinions of each panel, to be answered by the district."""
    for review, rows in case.opinions.items():
        drawn_up = min(first for first, _ in rows)
        answers = [last for _, last in rows]
        done = None if None in answers else max(last for last in answers if last)
        if drawn_up > day.on:
            continue
        how = day.how(drawn_up, "列入评审意见", panels.REPLYING)
        term = OwedTerm(
            "opinion_reply", str(review), "评审意见答复", panels.replying_term(drawn_up, day.terms), how,
            done if done and done <= day.on else None, seen_by=READABLE, to="评审秘书", is_default=day.is_default(panels.REPLYING),
        )  # fmt: skip
        yield owed(case.matter, case.matter.own_side, term)


def _not_counted(held: int) -> str:
    return f"申报主体补正、答复的{held}个工作日不计" if held else ""


def _not_carried_out(stayed: int) -> str:
    return f"决定停止执行的{stayed}个工作日不计" if stayed else ""


# Terms of a case, and the states during or after which they run; binding opinions have none.
PARTS: tuple[tuple[Callable[[CaseHistory, Day], Iterator[Obligation]], frozenset[str]], ...] = (
    (_receipt, AT_RECEIPT),
    (_corrections, frozenset({CaseState.CORRECTING})),
    (_endorsement, frozenset({CaseState.ENDORSING})),
    (_panel, frozenset(UNTIL_CONCLUSION)),
    (_opinions, frozenset()),
    (_chain, frozenset(state for state, _, _ in CHAIN)),
    (_conclusion, frozenset({CaseState.REVIEWED})),
    (_after_decision, AWAITING_ANNOUNCEMENT),
    (_hearing, AT_HEARING),
)
