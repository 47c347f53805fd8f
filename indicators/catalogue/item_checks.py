"""Checks of one item of a chapter."""

from dataclasses import dataclass, field
from typing import Any

from indicators.catalogue.problems import (
    DECIMALS,
    KEY_LENGTH,
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
from indicators.catalogue.rule_checks import RuleAt, check_rule

REQUIRED = (
    *("id", "kind", "group", "title", "requirement", "points", "applies", "may_exclude", "exclude_when", "value", "inputs", "rule"),
    *("evidence", "source_department", "method", "beauty", "basis"),
)
OPTIONAL = ("when_absent", "shared_with", "auto")
# Keys of the areas of the Beautiful Shanghai programme.
BEAUTY = (
    *("environment", "habitat", "ecology", "safety", "space"),
    *("development", "culture", "cooperation", "technology", "institution"),
)
CERTAINTY = ("quoted", "inferred", "authored")
PROOF = ("national", "city", "district_file", "authored")
REQUIREMENT_LENGTH = 60
RATIO_RULES = ("steps", "linear", "pass")


@dataclass
class SharedDeclarations:
    """Declarations in the items of an edition that must agree with one another."""

    types: list[str] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    shared: dict[str, tuple[YamlPath, list[str]]] = field(default_factory=dict)
    gaps: bool = False


def check_item(place: YamlPath, item: dict[str, Any], chapter_kind: object, seen: SharedDeclarations) -> None:
    """Check one item whose keys are valid."""
    _identity(place, item, seen)
    kind = item.get("kind")
    if one_of(place / "kind", kind, ("control", "score", "bonus")) and (kind, chapter_kind) in (("bonus", "scored"), ("score", "bonus")):
        (place / "kind").bad(f"{kind} 条文不能放在 {chapter_kind} 章")
    for key in ("group", "title", "source_department", "method"):
        text(place / key, item.get(key))
    text(place / "requirement", item.get("requirement"), longest=REQUIREMENT_LENGTH)
    _points(place / "points", item)
    _applies(place / "applies", item.get("applies"), seen)
    may, when, absent = item.get("may_exclude"), item.get("exclude_when"), item.get("when_absent")
    if not isinstance(may, bool):
        (place / "may_exclude").bad("应为 true 或 false")
    elif (may or absent is not None) != (when is not None):
        (place / "exclude_when").bad("may_exclude 为 true 或写了 when_absent 时才写，且必须写")
    text(place / "exclude_when", when, optional=True)
    _additions(place, item, seen)
    _inputs(place / "inputs", item.get("inputs"))
    _rule(place, item)
    for here, entry in rows(place / "evidence", item.get("evidence")):
        text(here, entry)
    if item.get("evidence") == []:
        (place / "evidence").bad("不能为空")
    for here, entry in rows(place / "beauty", item.get("beauty")):
        one_of(here, entry, BEAUTY)
    for here, basis in rows(place / "basis", item.get("basis")):
        _basis(here, basis)


def _identity(place: YamlPath, item: dict[str, Any], seen: SharedDeclarations) -> None:
    here, name = place / "id", item.get("id")
    text(here, name, longest=KEY_LENGTH)
    if not isinstance(name, str):
        return
    if name in seen.ids:
        here.bad(f"条文号 {name} 已用于{seen.ids[name]}")
    else:
        seen.ids[name] = here.where


def _points(place: YamlPath, item: dict[str, Any]) -> None:
    points = item.get("points")
    if item.get("kind") == "control":
        if points is not None:
            place.bad("控制项没有分值，应为 null")
    elif points is None:
        place.gap("分值未录入")
    elif not is_number(points) or points <= 0:
        place.bad("应为大于0的数")
    elif decimals_of(exact(points)) > DECIMALS:
        place.bad(f"最多{DECIMALS}位小数")


def _applies(place: YamlPath, applies: object, seen: SharedDeclarations) -> None:
    if not mapping(applies, place, required=("types", "stages")):
        return
    for key, allowed in (("types", seen.types), ("stages", seen.stages)):
        here = place / key
        words = [entry for _, entry in rows(here, applies.get(key))]
        if not words or len({str(word) for word in words}) != len(words):
            here.bad("为空或有重复")
        for word in words:
            if word not in allowed:
                here.bad(f"不在本标准之列：{word}")


def _additions(place: YamlPath, item: dict[str, Any], seen: SharedDeclarations) -> None:
    absent, may = item.get("when_absent"), item.get("may_exclude")
    here = place / "when_absent"
    if absent is not None and one_of(here, absent, ("full", "exclude")):
        if absent == "full" and may is not False:
            here.bad("full 给满分而不是不参评：may_exclude 应为 false")
        elif absent == "exclude" and may is not True:
            here.bad("exclude 要求 may_exclude 为 true")
        elif absent == "full" and item.get("kind") == "control":
            here.bad("控制项没有分值：只能 exclude 或 null")
    if item.get("auto") is not None:
        one_of(place / "auto", item["auto"], ("key_area",))
    if item.get("shared_with") is not None:
        here = place / "shared_with"
        others = [entry for _, entry in rows(here, item["shared_with"])]
        if not all(isinstance(other, str) for other in others) or len({str(other) for other in others}) != len(others):
            here.bad("应为条文号，各写一次")
        elif isinstance(item.get("id"), str):
            seen.shared[item["id"]] = (here, others)


def check_shared(seen: SharedDeclarations) -> None:
    """Check that ``shared_with`` names other items of the edition, on both sides."""
    for name, (place, others) in seen.shared.items():
        for other in others:
            if other not in seen.ids and seen.gaps:
                place.gap(f"尚未录入：{other}")
            elif other == name or other not in seen.ids:
                place.bad(f"不是本标准的另一条文：{other}")
            elif other not in seen.shared or name not in seen.shared[other][1]:
                place.bad(f"没有互相注明：{other} 未写 {name}")


def _inputs(place: YamlPath, inputs: object) -> None:
    if inputs is None:
        return
    entries = list(rows(place, inputs))
    for here, entry in entries:
        if mapping(entry, here, required=("key", "label", "unit")):
            for key in ("key", "label", "unit"):
                text(here / key, entry.get(key))
    if [entry.get("key") if isinstance(entry, dict) else None for _, entry in entries] != ["a", "b"]:
        place.bad("比例有两个数，依次为 a、b")


def _rule(place: YamlPath, item: dict[str, Any]) -> None:
    here, rule, points = place / "rule", item.get("rule"), item.get("points")
    if rule is None:
        here.gap("规则未录入")
        return
    kind = rule.get("kind") if isinstance(rule, dict) else None
    if item.get("kind") == "control" and kind != "pass":
        here.bad("控制项的规则应为 pass")
    if item.get("kind") != "control" and kind == "pass":
        here.bad("pass 只用于控制项")
    if item.get("inputs") is not None and kind not in RATIO_RULES:
        (place / "inputs").bad(f"比例只用于 steps、linear 和 pass，不用于 {kind}")
    most = exact(points) if is_number(points) else None
    reached = check_rule(RuleAt(here, rule, item.get("value"), place / "value", most))
    if kind == "pass" and item.get("inputs") is not None and item.get("value") is None:
        (place / "inputs").bad("比例要有取值和限值")
    if reached is not None and most is not None and reached != most:
        here.note(f"规则最多得{reached}分，本条分值为{most}")


def _basis(place: YamlPath, basis: object) -> None:
    if not mapping(basis, place, required=("cite", "url", "certainty"), optional=("level_of_proof",)):
        return
    text(place / "cite", basis.get("cite"))
    address(place / "url", basis.get("url"))
    certainty, proof = basis.get("certainty"), basis.get("level_of_proof")
    if one_of(place / "certainty", certainty, CERTAINTY) and certainty == "quoted" and not basis.get("url"):
        (place / "url").bad("quoted 要有网址")
    if "level_of_proof" in basis and one_of(place / "level_of_proof", proof, PROOF):
        if (proof == "authored") != (certainty == "authored"):
            (place / "level_of_proof").bad("authored 只与 certainty: authored 同用")
        elif proof == "district_file" and certainty == "quoted":
            (place / "certainty").bad("区级文件不作全市原文，应为 inferred")
