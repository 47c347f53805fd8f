"""Clauses that an expert confirmed without opening their material: counted before handing in, limited by setting for control items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.reviews.enums import Judgement
from assessments.reviews.models import ExpertScore
from greendistrict.policy.parameters import Parameters


@dataclass(frozen=True)
class ConfirmedUnseen:
    """Clause numbers, control items separately; ``most`` of the control items may be handed in (None: no limit)."""

    items: tuple[str, ...]
    controls: tuple[str, ...]
    most: int | None

    @property
    def is_over(self) -> bool:
        """Whether there are too many, so that handing in is refused."""
        return self.most is not None and len(self.controls) > self.most


def confirmed_unseen(scores: Iterable[ExpertScore], claims: Mapping[str, Any], parameters: Parameters) -> ConfirmedUnseen:
    """Unseen clauses of a member. A clause without material from the district never counts as unseen."""
    items = tuple(
        score.assignment.item_id
        for score in scores
        if score.judgement == Judgement.AGREE and score.seen_at is None and claims[score.assignment.item_id]["evidence"]
    )
    most = parameters.integer("unseen.control_most") if parameters.flag("unseen.control_limited") else None
    return ConfirmedUnseen(items, tuple(item for item in items if claims[item]["control"]), most)
