"""Grounds of a decision on a title or change for its page: the parts of its dossier in order, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from approvals.cases.disclosure import is_between_offices
from approvals.cases.dossier import label_of
from approvals.cases.enums import AWAITING_ANNOUNCEMENT
from approvals.cases.models.cases import Case
from approvals.cases.reasons import reason_label
from approvals.casework.selectors.dossier import files_of
from approvals.casework.selectors.dossier_parts import papers_of, proofs_of, reviews_of
from approvals.changes.change_kinds import change_kind
from approvals.changes.models import Change
from approvals.losses.columns import LOSS
from approvals.losses.models import LossFile
from approvals.opinions.lifecycle import OPINION
from approvals.opinions.models import ReviewOpinion
from approvals.titles.enums import PUBLIC_STATES
from approvals.titles.models.publicity import Title
from assessments.opinions.models import OpinionState
from assessments.reviews.models import ExpertScore, Review
from greendistrict.accounts.acting import named
from greendistrict.core.templatetags.gd import cn_date, cn_datetime
from greendistrict.policy.enums import Outcome, PolicyStep
from greendistrict.workflow import timeline

Row = tuple[str, str]


@dataclass(frozen=True)
class GroundsSection:
    """One part of the dossier: title, lines, and an optional table."""

    key: str
    title: str
    rows: tuple[Row, ...] = ()
    heads: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    note: str = ""


def replay_of(case: Case, *, inside: bool) -> list[GroundsSection]:
    """Sections of the page; with ``inside`` including each expert's own scores."""
    made = [
        _edition(case), _table(case), *_files(case, inside=inside), _submissions(case), _entered(case, inside=inside), *_change(case),
        _endorsements(case), *_visits(case), *_reviews(case, inside=inside), _closing(case), _notices(case),
        _loss(case, inside=inside), _policy(case), _decision(case), _handling(case, inside=inside), _announced(case),
    ]  # fmt: skip
    return [section for section in made if section.rows or section.lines or section.note]


def _edition(case: Case) -> GroundsSection:
    if case.table is None:
        return GroundsSection("edition", label_of("edition"))
    edition = case.table.edition
    rows = (("适用标准", f"{edition.title}{edition.mark or ''}"), ("全文校验值", edition.digest))
    return GroundsSection("edition", label_of("edition"), rows)


def _table(case: Case) -> GroundsSection:
    versions = list(case.table.versions.order_by("number")) if case.table else []
    lines = [
        (f"第{row.number}版", cn_datetime(row.frozen_at), str((row.content["result"] or {}).get("total") or "—"), row.digest)
        for row in versions
    ]
    return GroundsSection("values", label_of("values"), heads=("版次", "提交时间", "自评总分", "校验值"), lines=tuple(lines))


def _files(case: Case, *, inside: bool) -> Iterable[GroundsSection]:
    """Files grouped by where they are stored; those of departments and experts for the city only."""
    found = {"evidence": files_of(case), "proofs": proofs_of(case), **({"papers": papers_of(case)} if inside else {})}
    for key, files in found.items():
        lines = tuple((file.printed_title, f"第{file.version}版", file.sha256) for file in files)
        yield GroundsSection(key, label_of(key), heads=("文件", "版本", "校验值"), lines=lines)


def _submissions(case: Case) -> GroundsSection:
    lines = [
        (f"第{row.number}次", cn_datetime(row.at), named(row, "by"), row.digest)
        for row in case.submissions.select_related("by").order_by("number")
    ]
    return GroundsSection("submission", label_of("submission"), heads=("次", "时间", "签发", "校验值"), lines=tuple(lines))


def _entered(case: Case, *, inside: bool) -> GroundsSection:
    lines = [
        (
            row.what,
            f"{row.get_way_display()}，{cn_date(row.received_on)}收到",
            row.on_behalf,
            f"{named(row, 'entered_by') if inside else '市级经办'}，{cn_date(row.entered_at)}",
        )
        for row in case.paper_entries.select_related("entered_by").order_by("pk")
    ]
    return GroundsSection("entered", label_of("entered"), heads=("事项", "来件", "来件单位和联系人", "录入"), lines=tuple(lines))


def _change(case: Case) -> Iterable[GroundsSection]:
    """Values before and after; gates and scores at signing and at the decision."""
    change = Change.objects.filter(case=case).first()
    if change is None:
        return
    applied = f"{cn_datetime(change.applied_at)} {change.result}" if change.applied_at else "未生效"
    rows = (("变更事项", change_kind(change.kind).label), ("变更理由", change.reason), ("生效", applied))
    heads = ("内容", "变更前", "变更后")
    yield GroundsSection("change", "变更前后对照", rows, heads, tuple(_compared(change.lines)))
    for key, title, found in (("effects", "提交时试算", change.effects), ("settled", "决定时试算", change.settled)):
        note = "" if found else "现行条件和最近得分不变"
        yield GroundsSection(key, f"对条件和得分的影响（{title}）", heads=("条件", *heads[1:]), lines=tuple(_compared(found)), note=note)


def _compared(lines: Iterable[dict[str, str]]) -> Iterable[tuple[str, ...]]:
    return ((line["what"], line["before"], line["after"]) for line in lines)


def _endorsements(case: Case) -> GroundsSection:
    lines = [
        (row.authority.name, row.approval_number, cn_date(row.approval_on), row.letter_number, cn_date(row.letter_on))
        for row in case.endorsements.select_related("authority").order_by("authority")
    ]
    heads = ("实施主体", "批复文号", "批复日期", "报送函文号", "报送函日期")
    return GroundsSection("endorsement", label_of("endorsement"), heads=heads, lines=tuple(lines))


def _visits(case: Case) -> Iterable[GroundsSection]:
    for visit in case.visits.prefetch_related("rows__photos"):
        rows = (("核查日期", cn_date(visit.planned_on)), ("到场", "、".join(visit.members.split())), ("总体情况", visit.note))
        lines = [
            (row.group, row.title, row.get_finding_display(), row.note, f"{len(row.photos.all())}张")
            for row in visit.rows.all()
            if row.finding
        ]
        heads = ("分组", "核查内容", "结论", "情况", "照片")
        title = f"第{visit.number}次{label_of('visit')}"
        yield GroundsSection(f"visit-{visit.number}", title, tuple(row for row in rows if row[1]), heads, tuple(lines))


def _loss(case: Case, *, inside: bool) -> GroundsSection:
    """Steps from the notice of intent to service; legal opinion and minutes for the city only."""
    loss = LossFile.objects.filter(case=case).first()
    if loss is None:
        return GroundsSection("loss", label_of("loss"))
    own = [("法制审核", f"{cn_date(loss.legal_on)} {loss.legal_opinion}"), ("集体讨论", f"{loss.minutes_number} {loss.discussion}")]
    rows = [
        ("不合格评估", "；".join(f"{failure['on']} {failure['what']}（{failure['source']}）" for failure in loss.failures)),
        *((column.label, column.of(loss)) for column in LOSS.part("facts", "basis", "not_implemented").values()),
        ("事先告知", f"{loss.intent_number} {cn_date(loss.intent_served_on)}"), ("陈述申辩", loss.statement or loss.statement_way),
        ("复核意见", loss.considered), *(own if inside else []), ("救济途径", loss.remedies),
        ("送达", f"{cn_date(loss.served_on)} {loss.served_way} {loss.served_to}"),
    ]  # fmt: skip
    return GroundsSection("loss", label_of("loss"), tuple((name, text.strip()) for name, text in rows if text.strip()))


def _reviews(case: Case, *, inside: bool) -> Iterable[GroundsSection]:
    for number, review in enumerate(reviews_of(case), start=1):
        yield _panel(review, number)
        if inside:
            yield _scores(review, number)
        yield _minutes(review, number)


def _panel(review: Review, number: int) -> GroundsSection:
    rows = [
        (
            f"第{made.number}次抽取",
            (
                f"种子校验值 {made.secret_digest}；种子 {made.secret}；名单校验值 {made.list_digest}；"
                f"第{made.tries}次抽取即符合专业要求{made.reason}"
            ),
        )
        for made in review.draws.order_by("number")
    ]
    lines = [
        (
            f"专家{row.number}{'（组长）' if row.chair else ''}",
            row.expert.user.name,
            row.get_state_display(),
            row.get_vote_display(),
            cn_date(row.signed_at),
        )
        for row in review.members.select_related("expert__user").order_by("number")
    ]
    heads = ("席位", "姓名", "答复", "表决", "签名")
    return GroundsSection(f"draw-{number}", f"第{number}次评审：{label_of('draw')}", tuple(rows), heads, tuple(lines))


def _scores(review: Review, number: int) -> GroundsSection:
    scores = ExpertScore.objects.filter(assignment__member__review=review).select_related("assignment__member")
    lines = [
        (row.assignment.item_id, f"专家{row.assignment.member.number}", row.get_judgement_display(), _figure(row), row.comment)
        for row in scores.order_by("assignment__item_id", "assignment__member__number")
    ]
    heads = ("条文", "席位", "判断", "评分", "意见")
    return GroundsSection(f"scores-{number}", f"第{number}次评审：{label_of('scores')}", heads=heads, lines=tuple(lines))


def _figure(score: ExpertScore) -> str:
    if score.holds is not None:
        return "满足" if score.holds else "不满足"
    return f"{score.points}" if score.points is not None else ""


def _minutes(review: Review, number: int) -> GroundsSection:
    result: dict[str, Any] = review.result or {}
    rows = [
        ("评审会", f"{cn_datetime(review.meeting_at)} {review.meeting_place}".strip()),
        ("评定总分", str(result.get("total") or "")),
        ("结论", review.get_conclusion_display()),
        ("评定星级", f"{review.star_words}{f'（{review.star_grounds}）' if review.star_grounds else ''}"),
        ("评审意见", review.opinion),
    ]
    lines = [(row.item_id, _agreed(row), row.reason, row.dissent) for row in review.agreed.order_by("item_id")]
    heads = ("条文", "商定", "理由", "保留意见")
    return GroundsSection(
        f"agreed-{number}", f"第{number}次评审：评审会纪要和意见", tuple(row for row in rows if row[1]), heads, tuple(lines)
    )


def _agreed(row: Any) -> str:
    if row.exclusion_founded:
        return "不参评成立"
    return ("满足" if row.holds else "不满足") if row.holds is not None else str(row.points)


def _closing(case: Case) -> GroundsSection:
    rows = case.review_opinions.order_by("number")
    lines = [
        (f"第{row.number}条", f"{row.item_id} {row.item_title}", row.get_kind_display(), row.text, row.body, row.reply, _checked(row))
        for row in rows
    ]
    heads = ("序号", "条文", "性质", "意见", "责任单位", "答复", "复核")
    return GroundsSection("closing", label_of("closing"), heads=heads, lines=tuple(lines))


def _checked(row: ReviewOpinion) -> str:
    if row.status != OpinionState.CLOSED:
        return OPINION.state(row.status).label
    return f"{cn_date(row.checked_at)}销号{f'：{row.note}' if row.note else ''}"


def _notices(case: Case) -> GroundsSection:
    lines = [
        (
            row.title,
            f"{cn_date(row.opens_on)}至{cn_date(row.closes_on)}",
            f"{len(given := list(row.objections.all()))}条",
            f"{sum(bool(one.held) for one in given)}条成立",
        )
        for row in case.notices.prefetch_related("objections").order_by("pk")
    ]
    return GroundsSection("notice", label_of("notice"), heads=("公示", "期间", "意见", "核实"), lines=tuple(lines))


def _policy(case: Case) -> GroundsSection:
    """Verdicts when the case was filed, accepted and decided; the newest of each step."""
    asked = {step: row.facts[step] for row in timeline.of_subject(case) for step in PolicyStep.values if step in row.facts}
    lines = [
        (one["title"], one["cite"], one["required"], one["found"], str(Outcome(one["verdict"]).label))
        for given in asked.values()
        for one in given
        if one["verdict"] != Outcome.NOT_APPLICABLE
    ]
    return GroundsSection("policy", "政策条件", heads=("条件", "依据", "要求", "当时", "核对"), lines=tuple(lines))


def _decision(case: Case) -> GroundsSection:
    rows = [
        ("文号", case.decision_number or (case.decided_on and "文号待填")),
        ("审定日期", cn_date(case.decided_on)),
        ("申报星级", case.get_star_asked_display() or ""),
        ("评定星级", case.star_words),
        *((reason_label(key), reason) for key, reason in sorted(case.reasons.items())),
    ]
    return GroundsSection("decision", label_of("decision"), tuple(row for row in rows if row[1]))


def _handling(case: Case, *, inside: bool) -> GroundsSection:
    lines = [
        (cn_datetime(row.at), timeline.action_label(row), row.actor_name if inside else row.seat, row.reason)
        for row in timeline.of_subject(case)
        if inside or not is_between_offices(row.source, row.target, row.machine)
    ]
    return GroundsSection(
        "handling", label_of("handling"), heads=("时间", "步骤", "办理人" if inside else "岗位", "意见"), lines=tuple(lines)
    )


def _announced(case: Case) -> GroundsSection:
    line = getattr(case, "announcement_line", None)
    if line is None or line.announcement.status not in PUBLIC_STATES:
        return GroundsSection("announcement", label_of("announcement"), note="暂无公告" if case.status in AWAITING_ANNOUNCEMENT else "")
    batch = line.announcement
    rows = [("批次", str(batch)), ("文号", batch.number), ("公告日期", cn_date(batch.announced_on))]
    rows += [
        ("称号", f"{title.get_kind_display()} {title.star_words if title.star else ''} {title.number}")
        for title in case.titles.order_by("pk")
    ]
    ended = Title.objects.filter(end_case=case).order_by("pk")
    rows += [("称号终止", f"{title.number} {title.taken_words} {cn_date(title.ended_on)}".strip()) for title in ended]
    return GroundsSection("announcement", label_of("announcement"), tuple(rows))
