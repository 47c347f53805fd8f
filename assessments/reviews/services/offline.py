"""Import of an expert's workbook: compared clause by clause, written all or nothing."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from assessments.reviews.models.review import ExpertScore, PanelMember
from assessments.reviews.selectors.scores import claim_from
from assessments.reviews.selectors.workspace import clause_of, desk_of
from assessments.reviews.services.scoring import TypedScore, fill_in, open_seat
from assessments.reviews.workbook.score_book import Held
from assessments.reviews.workbook.score_read import ScoreComparison, compare_scores, refusal_words
from assessments.workbook.read import Taken
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused, Stale


def held_scores(member: PanelMember) -> list[Held]:
    """Own clauses in reading order with the own scores."""
    desk = desk_of(member)
    return [Held(clause_of(member, desk.scores[line.item_id]), desk.scores[line.item_id]) for line in desk.lines]


def compared(member: PanelMember, taken: Sequence[Taken], choices: Mapping[str, str] | None = None) -> ScoreComparison:
    """Compare the cells of a workbook with the scores as they are."""

    def check(held: Held, fields: Mapping[str, str]) -> str:
        scratch = ExpertScore(assignment=held.score.assignment)
        try:
            fill_in(scratch, claim_from(held.clause.item.id, held.clause.data), TypedScore(**fields), member.review)
        except Refused as refused:
            return refusal_words(refused)
        return ""

    return compare_scores(held_scores(member), taken, check, choices or {})


def apply_scores(
    *, member: PanelMember, taken: Sequence[Taken], choices: Mapping[str, str], seen: str, source: Mapping[str, str], by: User
) -> int:
    """Write what was previewed and decided; returns how many clauses changed.

    Raises ``NotAllowed``, ``Closed``, ``Stale`` with the fresh comparison when something changed since, is undecided or refused.
    """
    with transaction.atomic():
        review, locked = open_seat(member, by)
        found = compared(locked, taken, choices)
        _hold(found, seen)
        scores = {score.assignment.item_id: score for score in desk_of(locked).scores.values()}
        for item_id, (version, fields) in found.typed.items():
            score = scores[item_id]
            fill_in(score, claim_from(item_id, review.claims[item_id]), TypedScore(**fields), review)
            score.version, score.changed_at = version + 1, clock.now()
            score.save()
        if found.typed:
            data = {"seat": locked.seat, "items": sorted(found.typed), "sha256": source.get("sha256", "")}
            audit.record(action="review.import_scores", by=by, obj=review, data=data)
    return len(found.typed)


def _hold(found: ScoreComparison, seen: str) -> None:
    if found.seen != seen:
        msg = "预览之后这些条文又有改动，这次没有写入；已按最新内容重新比较，请再核对一次"
        raise Stale(msg, current=found)
    if found.refused:
        msg = "选定后有一格不能接受，这次没有写入：" + f"{found.refused[0].address} {found.refused[0].note}"
        raise Stale(msg, current=found)
    if found.undecided:
        msg = f"还有{found.undecided}格没有选定，这次没有写入"
        raise Stale(msg, current=found)
