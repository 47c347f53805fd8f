"""Verify a decision: compare the frozen dossier with the records stored now, and recompute its figures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from approvals.cases.dossier import digest_of, label_of, parts_of
from approvals.cases.models.cases import Case, DecisionRecord
from approvals.casework.selectors.dossier_parts import reviews_of
from approvals.titles.models.publicity import Title
from assessments.reviews.models import Draw
from assessments.reviews.panel import Candidate, NoValidPanel, Terms, commitment, draw, list_digest
from assessments.reviews.selectors.pool import outcome_from, result_of, rules_of
from assessments.versions.selectors import score_again
from greendistrict.audit.models import AuditRecord
from greendistrict.audit.services import subject_of

# Places of the digest of stored bytes (``file_digest``): by name, of a closed opinion, of the papers of a service.
STORED = re.compile(r"\.stored$|\.closed\[3\]\[\d+\]$|^files\[\d+\]\[3\]$")
MOST_SHOWN = 200  # characters of a value shown in a message


@dataclass(frozen=True)
class ChangedPart:
    """One difference from the frozen state: part, place, old and new value."""

    part: str
    where: str
    frozen: str
    now: str

    @property
    def is_unread(self) -> bool:
        """Whether it is the digest of a stored file that cannot be read now: nothing is known of a change."""
        return not self.now and STORED.search(self.where) is not None


@dataclass(frozen=True)
class RecomputedFigure:
    """One figure recomputed from frozen data."""

    label: str
    holds: bool
    detail: str = ""


@dataclass(frozen=True)
class DossierVerification:
    """Result for one case. ``frozen`` is False if the case is undecided, or was decided before dossiers existed."""

    case: Case
    frozen: bool
    changed: tuple[ChangedPart, ...]
    checks: tuple[RecomputedFigure, ...]
    unread: tuple[ChangedPart, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing differs, every file can be read, and all recomputed figures match the decision."""
        return not self.differs and not self.unread

    @property
    def differs(self) -> bool:
        """Whether something is known to be otherwise than it was decided."""
        return not self.frozen or bool(self.changed) or not all(check.holds for check in self.checks)


def decision_by_number(number: str) -> Case | None:
    """Case with this number, or whose decision or title has it; None if there is none."""
    number = number.strip()
    if not number:
        return None
    case = Case.objects.filter(number=number).first() or Case.objects.filter(decision_number=number).first()
    if case is None:
        title = Title.objects.filter(number=number, case__isnull=False).select_related("case").first()
        case = title.case if title else None
    return Case.objects.select_related("table__edition__stored", "review", "decision_scan", "district").get(pk=case.pk) if case else None


def verify(case: Case) -> DossierVerification:
    """Compare every frozen part with the stored records, and recompute the figures."""
    records = list(case.decision_records.order_by("pk"))
    if not records:
        return DossierVerification(case, frozen=False, changed=(), checks=())
    now = parts_of(case)
    changed = [*_against(records, now)]
    checks = [*_sealed(records), *_scored(case), *_drawn(case), *_settled(case)]
    unread = tuple(row for row in changed if row.is_unread)
    known = tuple(row for row in changed if not row.is_unread)
    return DossierVerification(case, frozen=True, changed=known, checks=tuple(checks), unread=unread)


def _against(records: list[DecisionRecord], now: dict[str, Any]) -> Iterator[ChangedPart]:
    expected: dict[str, Any] = {}
    for record in records:
        for key, part in record.parts.items():
            if digest_of(part["content"]) != part["digest"]:
                yield ChangedPart("决定存档", label_of(key), part["digest"][:16], digest_of(part["content"])[:16])
            if key == "handling":  # later steps are added; the earlier ones must be unchanged
                yield from _differences(label_of(key), part["content"], {no: now[key].get(no) for no in part["content"]})
            else:
                expected[key] = part["content"]
    for key, content in expected.items():
        if digest_of(content) != digest_of(now[key]):
            yield from _differences(label_of(key), content, now[key])


def _differences(part: str, was: Any, now: Any, where: str = "") -> Iterator[ChangedPart]:
    if isinstance(was, dict) and isinstance(now, dict):
        for key in [*was, *(key for key in now if key not in was)]:
            yield from _differences(part, was.get(key), now.get(key), f"{where}.{key}" if where else str(key))
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for index, (one, other) in enumerate(zip(was, now, strict=True), start=1):
            yield from _differences(part, one, other, f"{where}[{index}]")
    elif was != now:
        yield ChangedPart(part, where, str(was)[:MOST_SHOWN], str(now)[:MOST_SHOWN])


def _sealed(records: list[DecisionRecord]) -> Iterator[RecomputedFigure]:
    """Digest of each record, compared with the one in the append-only audit record."""
    for record in records:
        own = digest_of({key: part["digest"] for key, part in record.parts.items()})
        logged = AuditRecord.objects.filter(action="decision.freeze", subject=subject_of(record)).values_list("data", flat=True).first()
        holds = own == record.digest and logged is not None and logged["digest"] == record.digest
        yield RecomputedFigure(f"存档校验值（{record.get_step_display()}）", holds, "" if holds else "存档与审计记录不一致")


def _scored(case: Case) -> Iterator[RecomputedFigure]:
    """Self-assessed score of the newest version, recomputed by the rules of the locked edition."""
    version = case.table.versions.order_by("-number").first() if case.table else None
    if case.table is None or version is None:
        return
    holds = digest_of(score_again(case.table.edition, version.content)) == digest_of(version.content["result"])
    yield RecomputedFigure("自评得分重算", holds, "" if holds else "与提交时的得分不一致")


def _drawn(case: Case) -> Iterator[RecomputedFigure]:
    for number, review in enumerate(reviews_of(case), start=1):
        for made in review.draws.filter(drawn_at__isnull=False, reason="").order_by("number"):
            holds = _is_fair(made)
            yield RecomputedFigure(f"第{number}次评审第{made.number}次抽取重算", holds, "" if holds else "种子校验值、名单或结果不一致")


def _is_fair(made: Draw) -> bool:
    pool = [Candidate.from_json(row) for row in made.pool]
    kept = tuple(Candidate(row["id"], "", frozenset(row["specialties"])) for row in made.terms["kept"])
    terms = Terms(made.terms["size"], tuple(made.terms["dimensions"]), kept)
    try:
        if commitment(made.secret) != made.secret_digest or list_digest(pool, terms) != made.list_digest:
            return False
        return list(draw(pool, terms, made.secret).ids) == list(made.result)
    except (NoValidPanel, ValueError):
        return False


def _settled(case: Case) -> Iterator[RecomputedFigure]:
    for number, review in enumerate(reviews_of(case), start=1):
        if review.result:
            # from frozen data only
            settled = {key: outcome_from(row) for key, row in review.result.get("settled", {}).items()}
            again = result_of(review, rules_of(review), settled).as_json()
            frozen = {key: value for key, value in review.result.items() if key not in {"settled", "votes"}}
            holds = digest_of(again) == digest_of(frozen)
            yield RecomputedFigure(f"第{number}次评审评定得分重算", holds, "" if holds else "与评审会结束时的得分不一致")
