"""Recompute a published draw (docs/draw.md) and list the differences (pure functions)."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from assessments.post_evaluations import sampling
from assessments.reviews.panel import Candidate, NoValidPanel, Terms, commitment, draw, list_digest

NEEDED = ("pool", "terms", "commitment", "secret", "list_digest", "result", "tries")


class NoDraw(ValueError):  # noqa: N818 -- reads as a sentence
    """The content is not the data of a draw; the message says why."""


def faults(data: Any) -> list[str]:
    """All differences in words; empty if the draw (of a panel or of a sample) repeats. Raises ``NoDraw``."""
    if isinstance(data, Mapping) and "list" in data:
        return _sample_faults(data)
    pool, terms, secret = _read(data)
    found = []
    if commitment(secret) != data["commitment"]:
        found.append("种子与事先登记的校验值不符")
    if list_digest(pool, terms) != data["list_digest"]:
        found.append("候选名单或条件与名单校验值不符")
    try:
        drawn = draw(pool, terms, secret)
    except NoValidPanel as missing:
        return [*found, f"按名单抽不出专家组：{missing}"]
    if list(drawn.ids) != data["result"]:
        found.append(f"结果不符：按程序应抽出{_listed(drawn.ids)}，记录为{_listed(data['result'])}")
    if drawn.tries != data["tries"]:
        found.append(f"抽取次数不符：按程序为{drawn.tries}次，记录为{data['tries']}次")
    return found


def _listed(ids: Any) -> str:
    return "、".join(str(one) for one in ids)


def _read(data: Any) -> tuple[list[Candidate], Terms, str]:
    if not isinstance(data, Mapping) or (missing := [key for key in NEEDED if key not in data]):
        lacking = "、".join(missing) if isinstance(data, Mapping) else "全部内容"
        msg = f"不是抽取的核对数据，缺{lacking}"
        raise NoDraw(msg)
    try:
        pool = [Candidate.from_json(one) for one in data["pool"]]
        kept = tuple(Candidate(one["id"], "", frozenset(one["specialties"])) for one in data["terms"]["kept"])
        terms = Terms(int(data["terms"]["size"]), tuple(data["terms"]["dimensions"]), kept)
        bytes.fromhex(data["secret"])
    except (KeyError, TypeError, ValueError) as error:
        msg = f"核对数据的格式不对：{error}"
        raise NoDraw(msg) from error
    return pool, terms, data["secret"]


def _sample_faults(data: Mapping[str, Any]) -> list[str]:
    try:
        places = [sampling.ListedDemonstration.from_json(one) for one in data["list"]]
        terms = sampling.SampleTerms(Decimal(data["terms"]["share"]), int(data["terms"]["least"]))
        secret, published = data["secret"], (data["commitment"], data["list_digest"], data["due"], data["drawn"])
        bytes.fromhex(secret)
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        msg = f"核对数据的格式不对：{error}"
        raise NoDraw(msg) from error
    found = sampling.draw_sample(places, terms, secret)
    right = (commitment(secret), sampling.list_digest(places, terms), list(found.due), list(found.drawn))
    words = ("种子与事先登记的校验值不符", "名单或条件与名单校验值不符", "到期必评的城区不符", "抽中的城区不符")
    return [text for text, one, other in zip(words, published, right, strict=True) if one != other]
