"""A second checker of edition files, written from the format's description alone: it shares no code with ``indicators``.

It gives a verdict only: ``clean``, ``incomplete`` or ``invalid``. Two checkers that agree on good and broken files are the test.
"""

from decimal import Decimal
from itertools import pairwise, product

import yaml

DIMENSIONS = {"韧性安全", "健康宜居", "低碳高效", "经济活力", "智慧管控"}
HEAD = {"code", "title", "official", "based_on", "in_force", "replaces", "sources"}
CHAPTER = {"key", "no", "title", "dimension", "kind", "full", "min", "weight", "items"}
ITEM = {
    *("id", "kind", "group", "title", "requirement", "points", "applies", "may_exclude", "exclude_when", "value", "inputs"),
    *("rule", "evidence", "source_department", "method", "beauty", "basis"),
}
MORE = {"when_absent", "shared_with", "auto"}
PROGRAMME = {"environment", "habitat", "ecology", "safety", "space", "development", "culture", "cooperation", "technology", "institution"}
VALUE = {"unit", "min", "max", "decimals"}
MEASURED = ("steps", "linear")


class _Loader(yaml.CSafeLoader):
    """Refuses a key written twice."""


def _mapping(loader, node):
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    if len({str(key) for key in keys}) != len(keys):
        raise yaml.constructor.ConstructorError(None, None, "key twice", node.start_mark)
    return {key: loader.construct_object(value, deep=True) for key, (_, value) in zip(keys, node.value, strict=True)}


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def verdict_of(text):
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 -- a safe loader that refuses double keys
    except yaml.YAMLError:
        return "invalid"
    checker = Checker(data)
    checker.whole()
    return "invalid" if checker.wrong else "incomplete" if checker.gaps else "clean"


def number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def exact(value):
    return Decimal(str(value))


def said(value):
    return isinstance(value, str) and bool(value.strip())


class Checker:
    """Collects what is wrong and what is missing."""

    def __init__(self, data):
        self.data, self.wrong, self.gaps = data, [], []
        self.ids, self.shared, self.unentered = [], {}, False

    def need(self, holds, what):
        if not holds:
            self.wrong.append(what)
        return bool(holds)

    def given(self, value, what):
        """False, and a gap, where a null or an empty list stands."""
        if value is None or value == []:
            self.gaps.append(what)
            return False
        return True

    def keys(self, value, must, what, may=frozenset()):
        return self.need(isinstance(value, dict) and must <= set(value) <= must | set(may), f"{what}: keys")

    def whole(self):
        if not self.keys(self.data, {"edition", "types", "stages", "levels", "total", "chapters"}, "file"):
            return
        self.head(self.data["edition"])
        for name in ("types", "stages"):
            labels = self.data[name]
            if not self.need(isinstance(labels, dict) and labels and all(said(one) for one in labels.values()), name):
                return
        self.levels(self.data["levels"])
        self.total(self.data["total"])
        if self.given(self.data["chapters"], "chapters") and self.need(isinstance(self.data["chapters"], list), "chapters"):
            self.chapters([one for one in self.data["chapters"] if self.keys(one, CHAPTER, "chapter")])

    def head(self, head):
        if not self.keys(head, HEAD, "edition"):
            return
        for name in ("code", "title", "based_on"):
            self.need(said(head[name]), name)
        self.need(isinstance(head["official"], bool), "official")
        if self.given(head["in_force"], "in_force"):
            self.need(type(head["in_force"]).__name__ == "date", "in_force")
        self.need(head["replaces"] is None or said(head["replaces"]), "replaces")
        if self.need(isinstance(head["sources"], list), "sources"):
            for source in head["sources"]:
                self.need(self.keys(source, {"cite", "url"}, "source") and said(source["cite"]), "source")

    def levels(self, levels):
        if not self.given(levels, "levels") or not self.need(isinstance(levels, list), "levels"):
            return
        whole = [one for one in levels if self.keys(one, {"key", "label", "min"}, "level")]
        self.need(len({one["key"] for one in whole}) == len(whole), "level twice")
        lines = [one["min"] for one in whole if self.given(one["min"], "level min")]
        if self.need(all(number(line) for line in lines), "level min"):
            self.need(all(low < high for low, high in pairwise(lines)), "levels rise")

    def total(self, total):
        if self.keys(total, {"method", "bonus_cap"}, "total"):
            self.need(total["method"] in {"weighted", "sum"}, "method")
            if self.given(total["bonus_cap"], "bonus_cap"):
                self.need(number(total["bonus_cap"]) and total["bonus_cap"] >= 0, "bonus_cap")

    def chapters(self, chapters):
        for name in ("key", "no"):
            self.need(len({str(one[name]) for one in chapters}) == len(chapters), f"chapter {name} twice")
            self.need(all(said(one[name]) for one in chapters), f"chapter {name}")
        for chapter in chapters:
            self.chapter(chapter)
        dimensions = {one["dimension"] for one in chapters} - {None}
        self.need(dimensions in (set(), DIMENSIONS), "dimensions")
        self.weights([one["weight"] for one in chapters if one["kind"] != "bonus"])
        for name, others in self.shared.items():
            for other in others:
                if other in self.ids or not self.unentered:
                    self.need(other != name and name in self.shared.get(other, ()), f"{name} shared")
                else:
                    self.gaps.append(f"{name} shared")

    def chapter(self, chapter):
        self.need(said(chapter["title"]), "chapter title")
        self.need(chapter["kind"] in {"scored", "bonus"}, "chapter kind")
        known = self.given(chapter["full"], "full")
        known = known and self.need(number(chapter["full"]) and chapter["full"] > 0, "full")
        self.need(chapter["min"] is None or (number(chapter["min"]) and 0 <= chapter["min"] <= 100), "chapter min")
        self.share(chapter)
        if not self.given(chapter["items"], "items"):
            self.unentered = True
            return
        if not self.need(isinstance(chapter["items"], list), "items"):
            return
        items = [one for one in chapter["items"] if self.keys(one, ITEM, "item", MORE)]
        for one in items:
            Item(self, one, chapter["kind"]).check()
        if known and chapter["kind"] == "scored" and self.data["total"].get("method") != "sum":
            self.adds_up(chapter["full"], items)

    def adds_up(self, full, items):
        if any(one["kind"] != "control" and not number(one["points"]) for one in items):
            return
        for kind, stage in product(self.data["types"], self.data["stages"]):
            points = [one["points"] for one in items if one["kind"] != "control" and applies(one, kind, stage)]
            self.need(sum(map(exact, points)) == exact(full), f"{kind}/{stage} adds up")

    def share(self, chapter):
        weight = chapter["weight"]
        if not self.given(weight, "weight") or not self.keys(weight, set(self.data["types"]), "weight"):
            return
        for shares in weight.values():
            if self.given(shares, "weight") and self.keys(shares, set(self.data["stages"]), "weight"):
                for one in shares.values():
                    if self.given(one, "weight"):
                        self.need(number(one) and 0 <= one <= 1, "share")
                        self.need(chapter["kind"] != "bonus" or one == 0, "bonus share")

    def weights(self, weights):
        if self.data["total"].get("method") != "weighted":
            return
        for kind, stage in product(self.data["types"], self.data["stages"]):
            shares = [((weight or {}).get(kind) or {}).get(stage) for weight in weights]
            if all(number(one) for one in shares):
                self.need(sum(map(exact, shares)) == 1, f"{kind}/{stage} weights")


def applies(item, kind, stage):
    told = item["applies"] if isinstance(item["applies"], dict) else {}
    return kind in (told.get("types") or []) and stage in (told.get("stages") or [])


class Item:
    """One item of a chapter."""

    def __init__(self, checker, item, chapter_kind):
        self.up, self.item, self.chapter_kind = checker, item, chapter_kind
        self.need, self.given = checker.need, checker.given

    def check(self):
        item = self.item
        self.need(said(item["id"]) and item["id"] not in self.up.ids, f"id {item['id']}")
        self.up.ids.append(item["id"])
        self.need(item["kind"] in {"control", "score", "bonus"}, "kind")
        self.need((item["kind"], self.chapter_kind) not in {("bonus", "scored"), ("score", "bonus")}, "kind in chapter")
        for name in ("group", "title", "requirement", "source_department", "method"):
            self.need(said(item[name]), name)
        self.need(not said(item["requirement"]) or len(item["requirement"]) <= 60, "requirement")
        if item["kind"] == "control":
            self.need(item["points"] is None, "points of a control")
        elif self.given(item["points"], "points"):
            self.need(number(item["points"]) and item["points"] > 0, "points")
        self.taking_part()
        self.papers()
        if self.given(item["rule"], "rule") and self.need(isinstance(item["rule"], dict), "rule"):
            self.ruled()

    def taking_part(self):
        item = self.item
        if self.up.keys(item["applies"], {"types", "stages"}, "applies"):
            for name in ("types", "stages"):
                told = item["applies"][name]
                self.need(told and len(set(told)) == len(told) and set(told) <= set(self.up.data[name]), name)
        absent, may = item.get("when_absent"), item["may_exclude"]
        self.need(isinstance(may, bool), "may_exclude")
        self.need((item["exclude_when"] is not None) == (bool(may) or absent is not None), "exclude_when")
        self.need(absent in {None, "full", "exclude"}, "when_absent")
        self.need(absent != "full" or (may is False and item["kind"] != "control"), "full marks for what is absent")
        self.need(absent != "exclude" or may is True, "excluded for what is absent")
        self.need(item.get("auto") in {None, "key_area"}, "auto")
        if item.get("shared_with") is not None:
            self.up.shared[item["id"]] = item["shared_with"]

    def papers(self):
        item = self.item
        self.need(item["evidence"] and all(said(one) for one in item["evidence"]), "evidence")
        self.need(isinstance(item["beauty"], list) and set(item["beauty"]) <= PROGRAMME, "beauty")
        for basis in item["basis"]:
            if not self.up.keys(basis, {"cite", "url", "certainty"}, "basis", {"level_of_proof"}):
                continue
            self.need(said(basis["cite"]) and basis["certainty"] in {"quoted", "inferred", "authored"}, "basis")
            self.need(basis["certainty"] != "quoted" or basis["url"], "quoted without url")
            if "level_of_proof" in basis:
                proof, authored = basis["level_of_proof"], basis["certainty"] == "authored"
                self.need(proof in {"national", "city", "district_file", "authored"}, "level_of_proof")
                self.need((proof == "authored") == authored, "authored proof")
                self.need(proof != "district_file" or basis["certainty"] != "quoted", "district file quoted")

    def ruled(self):
        item, rule = self.item, self.item["rule"]
        kind = rule.get("kind")
        self.need((kind == "pass") == (item["kind"] == "control"), "pass is for controls")
        if item["inputs"] is not None:
            self.need([one.get("key") for one in item["inputs"]] == ["a", "b"], "inputs")
            self.need(kind in (*MEASURED, "pass"), "ratio")
        most = exact(item["points"]) if number(item["points"]) else None
        Rule(self.up, most).check(rule, item["value"])


class Rule:
    """One rule; gives the most points it can bring, or None."""

    def __init__(self, checker, most):
        self.up, self.need, self.given, self.most = checker, checker.need, checker.given, most

    def check(self, rule, value, *, named=False):
        kinds = {
            "pass": self.passing, "steps": self.steps, "linear": self.linear, "checklist": self.listed, "choice": self.listed,
            "count": self.count, "claimed": self.claimed, "all_of": self.all_of,
        }  # fmt: skip
        if not self.need(rule.get("kind") in kinds, "rule kind"):
            return None
        measured = rule["kind"] in MEASURED or (rule["kind"] == "pass" and "op" in rule)
        self.need(value is not None if measured else value is None or named, "value")
        if value is not None:
            self.value(value, named=named)
        return kinds[rule["kind"]](rule, value or {})

    def value(self, value, *, named):
        if self.up.keys(value, VALUE, "value", {"key", "label"} if named else ()):
            self.need(said(value["unit"]), "unit")
            self.need(number(value["min"]) and number(value["max"]) and value["min"] < value["max"], "range")
            self.need(type(value["decimals"]) is int and 0 <= value["decimals"] <= 6, "decimals")

    def at(self, at, value):
        if not self.given(at, "at") or not self.need(number(at), "at"):
            return None
        if number(value.get("min")) and number(value.get("max")):
            self.need(value["min"] <= at <= value["max"], "at outside the range")
        if type(value.get("decimals")) is int:
            self.need(exact(at) == round(exact(at), value["decimals"]), "at has too many decimals")
        return exact(at)

    def points(self, points):
        if not self.given(points, "rule points") or not self.need(number(points) and points >= 0, "rule points"):
            return None
        self.need(self.most is None or exact(points) <= self.most, "more than the item's points")
        return exact(points)

    def exclusive(self, entry, value, end):
        flag = entry.get("exclusive", False)
        self.need(isinstance(flag, bool), "exclusive")
        self.need(not flag or entry.get("at") != value.get(end), "nothing is beyond the limit")
        return flag

    def passing(self, rule, value):
        self.up.keys(rule, {"kind"}, "pass", {"op", "at", "exclusive"})
        self.need(("op" in rule) == ("at" in rule), "op and at")
        self.need("exclusive" not in rule or "op" in rule, "exclusive without a limit")
        if "op" in rule and "at" in rule:
            self.need(rule["op"] in {">=", "<=", ">", "<", "=="}, "op")
            self.at(rule["at"], value)
            if self.exclusive(rule, value, "max" if rule["op"] == ">=" else "min"):
                self.need(rule["op"] in {">=", "<="}, "exclusive op")

    def steps(self, rule, value):
        self.up.keys(rule, {"kind", "better", "steps"}, "steps")
        up = rule.get("better") == "higher"
        self.need(rule.get("better") in {"higher", "lower"}, "better")
        if not self.given(rule.get("steps"), "steps"):
            return None
        found = []
        for step in rule["steps"]:
            if self.up.keys(step, {"at", "points"}, "step", {"exclusive"}):
                found.append((self.at(step["at"], value), self.points(step["points"])))
                self.exclusive(step, value, "max" if up else "min")
        for (at, points), (next_at, more) in pairwise(found):
            if None not in (at, points, next_at, more):
                self.need(more > points and (next_at > at if up else next_at < at), "steps rise")
        return found[-1][1] if found else None

    def linear(self, rule, value):
        ends = [rule.get("from"), rule.get("to")]
        if not self.up.keys(rule, {"kind", "from", "to"}, "linear") or not all(self.up.keys(one, {"at", "points"}, "end") for one in ends):
            return None
        (start, least), (stop, most) = ((self.at(one["at"], value), self.points(one["points"])) for one in ends)
        if None not in (start, least, stop, most):
            self.need(start != stop and least < most, "linear rises")
        return most

    def listed(self, rule, _value):
        name = "parts" if rule["kind"] == "checklist" else "options"
        self.up.keys(rule, {"kind", name}, rule["kind"], {"cap"} if name == "parts" else ())
        if not self.given(rule.get(name), name):
            return None
        rows = [one for one in rule[name] if self.up.keys(one, {"key", "text", "points"}, name)]
        self.need(len({one["key"] for one in rows}) == len(rows) and all(said(one["key"]) and said(one["text"]) for one in rows), name)
        worth = [self.points(one["points"]) for one in rows]
        cap = self.points(rule["cap"]) if "cap" in rule else self.most
        if None in worth:
            return None
        top = max(worth) if name == "options" else sum(worth)
        return min(top, cap) if name == "parts" and cap is not None else top

    def count(self, rule, _value):
        if not self.up.keys(rule, {"kind", "each", "cap"}, "count"):
            return None
        self.need(number(rule["each"]) and rule["each"] > 0, "each")
        return self.points(rule["cap"])

    def claimed(self, rule, _value):
        self.up.keys(rule, {"kind"}, "claimed")
        self.need(self.most is None or self.most == int(self.most), "claimed in whole points")
        return self.most

    def all_of(self, rule, _value):
        rows = rule.get("rules")
        if not self.need(isinstance(rows, list) and len(rows) >= 2, "all_of"):
            return
        keys, worth = [], []
        for one in rows:
            if not self.up.keys(one, {"value", "rule"}, "all_of rule"):
                return
            named = isinstance(one["value"], dict) and said(one["value"].get("key")) and said(one["value"].get("label"))
            keys.append(one["value"].get("key") if self.need(named, "named value") else object())
            fits = one["rule"].get("kind") not in {"pass", "all_of", "claimed"}
            worth.append(self.check(one["rule"], one["value"], named=True) if self.need(fits, "inner rule") else None)
        self.need(len(set(keys)) == len(keys), "value key twice")
        if None not in worth and self.most is not None:
            self.need(sum(worth) == self.most, "all_of adds up")
        return
