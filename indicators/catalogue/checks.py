"""Checks of a whole edition, its chapters and their sums."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Any

from indicators.catalogue.item_checks import OPTIONAL, REQUIRED, SharedDeclarations, check_item, check_shared
from indicators.catalogue.problems import (
    DECIMALS,
    KEY_LENGTH,
    ProblemCollector,
    YamlPath,
    address,
    decimals_of,
    exact,
    is_number,
    mapping,
    one_of,
    rows,
    text,
)

TOP = ("edition", "types", "stages", "levels", "total", "chapters")
EDITION = ("code", "title", "official", "based_on", "in_force", "replaces", "sources")
CHAPTER = ("key", "no", "title", "dimension", "kind", "full", "min", "weight", "items")
DIMENSIONS = ("韧性安全", "健康宜居", "低碳高效", "经济活力", "智慧管控")
HUNDRED = 100


@dataclass
class EditionSummary:
    """Facts about the edition collected while its parts are checked."""

    method: object = None
    seen: SharedDeclarations = field(default_factory=SharedDeclarations)
    keys: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    dimensions: set[str] = field(default_factory=set)
    weights: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    weights_known: bool = True

    @property
    def tables(self) -> Iterable[tuple[str, str]]:
        """Every combination of type and stage."""
        return product(self.seen.types, self.seen.stages)


def check(data: object, findings: ProblemCollector, *, all_dimensions: bool = False) -> None:
    """Check a file that was read; ``all_dimensions`` requires the five dimensions even if the edition names none."""
    root, whole = findings.at(), EditionSummary()
    if not mapping(data, root, required=TOP):
        return
    _edition(root / "edition", data.get("edition"))
    whole.seen.types = _labels(root / "types", data.get("types"))
    whole.seen.stages = _labels(root / "stages", data.get("stages"))
    _levels(root / "levels", data.get("levels"))
    whole.method = _total(root / "total", data.get("total"))
    _chapters(root / "chapters", data.get("chapters"), whole, all_dimensions=all_dimensions)


def _edition(place: YamlPath, edition: object) -> None:
    if not mapping(edition, place, required=EDITION):
        return
    for key in ("code", "title", "based_on"):
        text(place / key, edition.get(key), longest=KEY_LENGTH if key == "code" else None)
    if not isinstance(edition.get("official"), bool):
        (place / "official").bad("应为 true 或 false")
    in_force = edition.get("in_force")
    if in_force is None:
        (place / "in_force").gap("施行日期未录入")
    elif not isinstance(in_force, dt.date):
        (place / "in_force").bad("应为日期，如 2024-07-01")
    text(place / "replaces", edition.get("replaces"), optional=True, longest=KEY_LENGTH)
    for here, source in rows(place / "sources", edition.get("sources")):
        if mapping(source, here, required=("cite", "url")):
            text(here / "cite", source.get("cite"))
            address(here / "url", source.get("url"))


def _labels(place: YamlPath, labels: object) -> list[str]:
    if not isinstance(labels, dict) or not labels:
        place.bad("应为键与名称")
        return []
    for key, label in labels.items():
        text(place / key, label)
    return list(labels)


def _levels(place: YamlPath, levels: object) -> None:
    if levels is None or levels == []:
        place.gap("没有星级")
        return
    last, keys = None, set[str]()
    for here, level in rows(place, levels):
        if not mapping(level, here, required=("key", "label", "min")):
            continue
        _once(here / "key", level.get("key"), keys)
        text(here / "label", level.get("label"))
        least = level.get("min")
        if least is None:
            (here / "min").gap("星级门槛未录入")
        elif not is_number(least):
            (here / "min").bad("应为数")
        else:
            if last is not None and least <= last:
                (here / "min").bad(f"星级门槛应逐级升高：{last}之后是{least}")
            last = least


def _once(place: YamlPath, key: object, seen: set[str]) -> None:
    text(place, key, longest=KEY_LENGTH)
    if str(key) in seen:
        place.bad(f"重复：{key}")
    seen.add(str(key))


def _total(place: YamlPath, total: object) -> object:
    if not mapping(total, place, required=("method", "bonus_cap")):
        return None
    one_of(place / "method", total.get("method"), ("weighted", "sum"))
    cap = total.get("bonus_cap")
    if cap is None:
        (place / "bonus_cap").gap("加分上限未录入")
    elif not is_number(cap) or cap < 0:
        (place / "bonus_cap").bad("应为不小于0的数")
    return total.get("method")


def _chapters(place: YamlPath, chapters: object, whole: EditionSummary, *, all_dimensions: bool) -> None:
    if chapters is None or chapters == []:
        place.gap("没有章")
        return
    for here, chapter in rows(place, chapters):
        if mapping(chapter, here, required=CHAPTER):
            _chapter(here, chapter, whole)
    if whole.method == "weighted" and whole.weights_known:
        for (kind, stage), weight in whole.weights.items():
            if weight != 1:
                place.bad(f"{kind}/{stage} 的权重之和为{weight}，应为1")
    check_shared(whole.seen)
    if (whole.dimensions or all_dimensions) and whole.dimensions != set(DIMENSIONS):
        place.bad("缺少方面：" + "、".join(name for name in DIMENSIONS if name not in whole.dimensions))
    elif not whole.dimensions:
        place.note("没有章写明方面（政策以外的体系可以如此）")


def _chapter(place: YamlPath, chapter: dict[str, Any], whole: EditionSummary) -> None:
    _once(place / "key", chapter.get("key"), whole.keys)
    _once(place / "no", chapter.get("no"), whole.numbers)
    text(place / "title", chapter.get("title"))
    if chapter.get("dimension") is not None and one_of(place / "dimension", chapter["dimension"], DIMENSIONS):
        whole.dimensions.add(chapter["dimension"])
    one_of(place / "kind", chapter.get("kind"), ("scored", "bonus"))
    full, least = chapter.get("full"), chapter.get("min")
    if full is None:
        (place / "full").gap("满分未录入")
    elif not is_number(full) or full <= 0:
        (place / "full").bad("应为大于0的数")
    elif decimals_of(exact(full)) > DECIMALS:
        (place / "full").bad(f"最多{DECIMALS}位小数")
    if least is not None and (not is_number(least) or not 0 <= least <= HUNDRED or decimals_of(exact(least)) > DECIMALS):
        (place / "min").bad("应为 null 或0至100的数")
    whole.weights_known &= _weight(place / "weight", chapter, whole)
    _items(place / "items", chapter, whole)


def _weight(place: YamlPath, chapter: dict[str, Any], whole: EditionSummary) -> bool:
    """Check and sum the weights of a chapter; False if one of them is unknown."""
    weight = chapter.get("weight")
    if weight is None:
        place.gap("权重未录入")
        return False
    if not mapping(weight, place, required=whole.seen.types):
        return False
    known = True
    for kind in whole.seen.types:
        here, shares = place / kind, weight.get(kind)
        if kind in weight and shares is None:
            here.gap("权重未录入")
            known = False
        elif mapping(shares, here, required=whole.seen.stages):
            for stage in whole.seen.stages:
                known &= _share(here / stage, shares.get(stage), chapter, whole, (kind, stage))
        else:
            known = False
    return known


def _share(place: YamlPath, share: object, chapter: dict[str, Any], whole: EditionSummary, table: tuple[str, str]) -> bool:
    if share is None:
        place.gap("权重未录入")
        return False
    if not is_number(share) or not 0 <= share <= 1:
        place.bad("应为0至1的数")
        return False
    if chapter.get("kind") == "bonus":
        if share:
            place.bad("加分章不参与加权，应写0")
    else:
        whole.weights[table] = whole.weights.get(table, Decimal(0)) + exact(share)
    return True


def _items(place: YamlPath, chapter: dict[str, Any], whole: EditionSummary) -> None:
    items = chapter.get("items")
    if items is None or items == []:
        whole.seen.gaps = True
        place.gap("没有条文")
        return
    usable = True
    for here, item in rows(place, items):
        if mapping(item, here, required=REQUIRED, optional=OPTIONAL):
            check_item(here, item, chapter.get("kind"), whole.seen)
            usable &= item.get("kind") == "control" or is_number(item.get("points"))
        else:
            usable = False
    if usable and isinstance(items, list) and is_number(chapter.get("full")):
        _adds_up(place, chapter, whole)


def _adds_up(place: YamlPath, chapter: dict[str, Any], whole: EditionSummary) -> None:
    """Check that the items of a chapter add up to its full marks in every table; only a note for sums and bonus chapters."""
    full = exact(chapter["full"])
    binding = chapter.get("kind") == "scored" and whole.method != "sum"
    for kind, stage in whole.tables:
        got = sum((exact(item["points"]) for item in chapter["items"] if _counts(item, kind, stage)), Decimal(0))
        if got != full:
            message = f"{kind}/{stage} 的分值之和为{got}，满分为{full}"
            (place.bad if binding else place.note)(message)


def _counts(item: dict[str, Any], kind: str, stage: str) -> bool:
    applies = item.get("applies")
    if item.get("kind") == "control" or not isinstance(applies, dict):
        return False
    types, stages = applies.get("types"), applies.get("stages")
    return isinstance(types, list) and isinstance(stages, list) and kind in types and stage in stages
