"""Plausible tables of invented districts, and errors planted in them: pure, seeded, constants of its own in plausible.yaml."""

import datetime as dt
import math
import random
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml

from assessments.plausibility.cross_row_rules import relations_for
from assessments.plausibility.row_rules import DistrictFacts, ProofFile, RowInput, RowState, TableInput, figures_of
from assessments.prefill.selectors import INDICATOR_SYSTEM, LAST_YEAR
from assessments.prefill.sources import Offer
from assessments.tables.selectors.scoring import RowData
from districts.plausibility.comparisons import Scale
from indicators.catalogue import parse
from indicators.editions.services import DATA
from indicators.scoring.engine import score
from indicators.scoring.prepare import prepare
from tests.factories.assessments import good_value

TODAY = dt.date(2027, 2, 20)
DRAWN = yaml.safe_load((Path(__file__).parent / "plausible.yaml").read_text(encoding="utf-8"))
RATIOS = {  # inputs that hang together, drawn from the district's own land, people and buildings
    "land": ("4.2.8.b", "5.2.3.b", "5.2.18.b", "5.2.13.b"),
    "blocks": ("4.2.1.b",),
    "living": ("6.2.1.b",),
    "attached_green": ("6.2.4.b",),
    "people": ("6.2.10.b",),
    "working": ("8.2.7.b",),
    "new": ("7.2.1.b", "7.2.26.b"),
    "with_renovation": ("7.2.27.b",),
    "with_rebuilt": ("9.2.2.b",),
}
PLACE = {place: name for name, places in RATIOS.items() for place in places}


@cache
def layout():
    """Clauses of the reference edition for a new district in operation, with its code and rules."""
    rules = prepare(parse((DATA / "reference-2024.yaml").read_bytes()).document)
    return rules, rules.table("new", "operation").items


def between(rng, pair):
    return rng.uniform(*pair)


def rounded(number, meta):
    """A figure as it would be typed: within the clause's range, with its decimals."""
    clipped = min(max(number, float(meta["min"])), float(meta["max"]))
    return str(Decimal(repr(clipped)).quantize(Decimal(1).scaleb(-meta["decimals"])))


class World:
    """Districts of one seed: this year's and last year's values of each."""

    def __init__(self, seed):
        self.rng = random.Random(seed)  # noqa: S311 -- a seeded draw must repeat
        self.rules, self.items = layout()
        self.centres = {}
        self.years = [self._district() for _ in range(DRAWN["districts"])]

    def _district(self):
        grounds = self._grounds()
        levels, last, now = {}, {}, {}
        for item in self.items.values():
            last[item.id] = self._value(item, grounds, levels, grown=False)
            now[item.id] = self._value(item, grounds, levels, grown=True)
        return {"last": last, "now": now, "area": grounds["land"] / between(self.rng, DRAWN["land"]["of_area"])}

    def _grounds(self):
        rng, land = self.rng, DRAWN["land"]
        hectares = between(rng, land["hectares"])
        people = hectares * between(rng, DRAWN["people"]["per_hectare"])
        new = between(rng, DRAWN["buildings"]["new"])
        return {
            "land": hectares,
            **{name: hectares * between(rng, land[name]) for name in ("blocks", "living", "attached_green")},
            "people": people,
            "working": people * between(rng, DRAWN["people"]["working"]),
            "new": new,
            "with_renovation": new * between(rng, DRAWN["buildings"]["with_renovation"]),
            "with_rebuilt": new * between(rng, DRAWN["buildings"]["with_rebuilt"]),
        }

    def _value(self, item, grounds, levels, *, grown):
        if item.ratio:
            return self._ratio(item, grounds, levels, grown)
        if item.rule["kind"] == "all_of":
            best, parts = good_value(item), item.rule["rules"]
            drawn = {
                one["value"]["key"]: self._number((item.id, one["value"]["key"]), one["rule"], one["value"], levels, grown) for one in parts
            }
            return {key: number or best[key] for key, number in drawn.items()}
        return self._number((item.id, ""), item.rule, item.value, levels, grown) or good_value(item)

    def _ratio(self, item, grounds, levels, grown):
        place = PLACE.get(f"{item.id}.b")
        key = place or item.id
        drawn = grounds[place] if place else between(self.rng, DRAWN["other_amounts"])
        whole = levels.setdefault((key, "whole"), drawn)
        if grown:
            whole = levels.setdefault((key, "grown"), whole * self._growth(place))
        share = float(self._number((item.id, ""), item.rule, item.value, levels, grown))
        digits = 0 if item.data["inputs"][1]["unit"] in {"人", "个", "处", "套", "m²", "m"} else 2
        b = round(whole, digits) or 1
        a = round(b * share / 100, digits)
        return {"a": f"{a:.{digits}f}", "b": f"{b:.{digits}f}"}

    def _growth(self, place):
        """What hangs together keeps its order: land stays, people and buildings grow by next to nothing, the rest freely."""
        if place in {"land", *DRAWN["land"]}:
            return 1
        growth = DRAWN["growth"]
        return 1 + abs(self.rng.gauss(0, growth["together"])) if place else math.exp(self.rng.gauss(growth["middle"], growth["spread"]))

    def _number(self, key, rule, meta, levels, grown):
        measured = rule["kind"] in {"steps", "linear"} or (rule["kind"] == "pass" and "op" in rule)
        if not measured:
            return None
        kind = "interval" if meta["min"] < 0 else "share" if meta["unit"] == "%" else "rate"
        drawn, scale = DRAWN[kind], 1.0 if kind == "share" else max(1.0, self._named(rule))
        centre = self.centres.setdefault(key, between(self.rng, drawn["centre"]) * scale)
        if key not in levels:
            width = drawn["between_districts"] * (1.0 if kind == "share" else centre)
            levels[key] = self.rng.gauss(centre, width)
        elif grown:
            levels[key] += self.rng.gauss(0, drawn["within_year"] * (1.0 if kind == "share" else abs(centre)))
        return rounded(levels[key], meta)

    @staticmethod
    def _named(rule):
        if rule["kind"] == "steps":
            return max(abs(float(step["at"])) for step in rule["steps"])
        return max(abs(float(rule["from"]["at"])), abs(float(rule["to"]["at"]))) if rule["kind"] == "linear" else 50.0

    def sheet(self, index, *, first_year=False):
        """The clean table of one district, the others beside it as peers."""
        own, rng = self.years[index], self.rng
        result = {one.id: one for one in score(self.rules, "new", "operation", own["now"], {}, {}).items}
        peers = self._peers(index)
        entries = {}
        for item in self.items.values():
            entries[item.id] = RowInput(
                item=item,
                value=own["now"][item.id],
                filled=True,
                evidence=1,
                files=tuple(self._file(item.id, number) for number in range(rng.randint(*DRAWN["evidence"]["files"]))),
                result=result[item.id],
                last=None if first_year else own["last"][item.id],
                target=self._target(item, own["now"][item.id]),
                peers=peers.get(item.id, {}),
            )
        return TableInput(entries, TODAY, self.rules.code, DistrictFacts({"area": Decimal(repr(own["area"]))}))

    def _peers(self, index):
        found = {}
        for other, years in enumerate(self.years):
            if other != index:
                for item in self.items.values():
                    for part, figure in figures_of(item, years["last"][item.id]).items():
                        found.setdefault(item.id, {}).setdefault(part, []).append(figure.number)
        return found

    def _file(self, item_id, number):
        evidence, rng = DRAWN["evidence"], self.rng
        end = None if rng.random() < evidence["without_end"] else TODAY + dt.timedelta(days=rng.randint(*evidence["days_left"]))
        return ProofFile(f"{item_id}-{number}", end)

    def _target(self, item, value, *, sign=-1, span="behind"):
        """A target a little behind the value (or ahead of it), in the direction of the rule."""
        figure = figures_of(item, value).get("")
        if figure is None or figure.scale is Scale.COUNT or (item.rule["kind"] == "pass"):
            return None
        away = between(self.rng, DRAWN["target"][span] if span == "behind" else DRAWN["planted"]["target"][span])
        scale = 1 if figure.scale is Scale.SHARE else max(float(abs(figure.number)), 0.01) / 100
        wanted = float(figure.number) + sign * better(item.rule) * away * scale
        clipped = min(max(wanted, float(figure.low)), float(figure.high))
        text = f"{clipped:.2f}"
        return {"a": text, "b": "100"} if item.ratio else text


def better(rule):
    if rule["kind"] == "linear":
        return 1 if rule["to"]["at"] > rule["from"]["at"] else -1
    return -1 if rule.get("better") == "lower" else 1


def put(sheet, item_id, **changed):
    """The sheet with one row changed."""
    return replace(sheet, entries={**sheet.entries, item_id: replace(sheet.entries[item_id], **changed)})


def typed(value, part, number):
    """A value with one number in another's place."""
    text = f"{number:f}" if isinstance(number, Decimal) else str(number)
    return {**value, part: text} if part else text


def numbers(sheet, *scales):
    """(item, part, figure) of every typed number on one of the scales."""
    return [
        (item_id, part, figure)
        for item_id, entry in sheet.entries.items()
        for part, figure in entry.figures.items()
        if figure.typed and figure.scale in scales and figure.number
    ]


class Planter:
    """Plants one error of a kind; ``None`` where the drawn row cannot carry it. Returns the sheet, the row and what may name it."""

    def __init__(self, rng):
        self.rng, self.drawn = rng, DRAWN["planted"]

    def blank(self, sheet):
        item_id = self.rng.choice(list(sheet.entries))
        return put(sheet, item_id, value=None, filled=False), item_id, {"complete"}

    def unit(self, sheet):
        item_id, part, figure = self.rng.choice(numbers(sheet, Scale.AMOUNT, Scale.RATE))
        power = self.rng.choice(self.drawn["powers"]) * self.rng.choice((1, -1))
        value = typed(sheet.entries[item_id].value, part, figure.number * Decimal(10) ** power)
        return put(sheet, item_id, value=value), item_id, {"unit_jump", "range", "numerator"}

    def fraction(self, sheet):
        found = [one for one in numbers(sheet, Scale.SHARE) if one[2].unit == "%" and one[2].number > 2]
        item_id, part, figure = self.rng.choice(found)
        return put(sheet, item_id, value=typed(sheet.entries[item_id].value, part, figure.number / 100)), item_id, {"fraction"}

    def leap(self, sheet):
        item_id, part, figure = self.rng.choice(numbers(sheet, Scale.SHARE, Scale.RATE))
        sign = self.rng.choice((1, -1))
        if figure.scale is Scale.SHARE:
            number = figure.number + sign * Decimal(repr(round(between(self.rng, self.drawn["leap"]["points"]), 1)))
        else:
            number = figure.number * Decimal(repr(round(between(self.rng, self.drawn["leap"]["times"]), 2))) ** sign
        if figure.low is None or not figure.low < number <= figure.high:
            return None
        return put(sheet, item_id, value=typed(sheet.entries[item_id].value, part, number)), item_id, {"year_outlier", "unit_jump"}

    def peer(self, sheet):
        item_id, part, figure = self.rng.choice(numbers(sheet, Scale.SHARE, Scale.RATE))
        peers = [float(one) for one in sheet.entries[item_id].peers.get(part, ())]
        middle = sum(peers) / len(peers)
        deviation = math.sqrt(sum((one - middle) ** 2 for one in peers) / len(peers))
        away = between(self.rng, self.drawn["peer"]["deviations"]) * deviation * self.rng.choice((1, -1))
        number = Decimal(repr(round(middle + away, 2)))
        if not figure.low < number <= figure.high:
            return None
        changed = put(sheet, item_id, value=typed(sheet.entries[item_id].value, part, number), last=None)
        return changed, item_id, {"peer_outlier", "fraction"}

    def inverted(self, sheet):
        found = [name for name, entry in sheet.entries.items() if entry.item.ratio and entry.value["a"] != entry.value["b"]]
        item_id = self.rng.choice([name for name in found if sheet.entries[name].item.value["max"] == 100])
        value = sheet.entries[item_id].value
        return put(sheet, item_id, value={"a": value["b"], "b": value["a"]}, last=None), item_id, {"numerator"}

    def sums(self, sheet):
        relation = self.rng.choice(relations_for(sheet.edition))
        place = self.rng.choice(relation.parts)
        item_id, _, part = place.rpartition(".")
        times = Decimal(repr(round(between(self.rng, self.drawn["sums"]["times"]), 2)))
        base = relation.whole if relation.kind != "same" else place
        owner, _, name = base.rpartition(".")
        figure = sheet.facts.figures[name] if owner == "district" else sheet.entries[owner].figures[name].number
        value = typed(sheet.entries[item_id].value, part, (figure * times).quantize(Decimal("0.01")))
        return put(sheet, item_id, value=value, last=None), item_id, {"sums"}

    def expired(self, sheet):
        item_id = self.rng.choice([name for name, entry in sheet.entries.items() if entry.files])
        ended = TODAY - dt.timedelta(days=self.rng.randint(*self.drawn["expired"]["days"]))
        first, *rest = sheet.entries[item_id].files
        return put(sheet, item_id, files=(first._replace(valid_to=ended), *rest)), item_id, {"expired"}

    def unproven(self, sheet):
        item_id = self.rng.choice([name for name, entry in sheet.entries.items() if entry.earns])
        return put(sheet, item_id, files=(), evidence=0), item_id, {"evidence", "evidence_required"}

    def twice(self, sheet):
        found = [(name, other) for name, entry in sheet.entries.items() for other in entry.item.data.get("shared_with") or ()]
        one, other = sorted(self.rng.choice([pair for pair in found if pair[1] in sheet.entries]))
        return put(sheet, other, files=(sheet.entries[one].files[0],)), one, {"shared"}


KINDS = ("blank", "unit", "fraction", "leap", "peer", "inverted", "sums", "expired", "unproven", "twice")


def second_year(world, index):
    """(item, row, entry, offers) of a district's second self-check: last year's rows brought in, and what has happened since."""
    drawn, rng, sheet = DRAWN["second_year"], world.rng, world.sheet(index)
    for number, (name, entry) in enumerate(sheet.entries.items()):
        item, value = entry.item, world.years[index]["last"][name]
        out = rng.random() < drawn["excluded"] and item.may_exclude
        content = {"exclusion_reason": "区内没有此类情况"} if out else {"value": value}
        row = RowData(1, name, None if out else value, content.get("exclusion_reason", ""), "", "", None, "", 0, entry.evidence, number)
        row = row._replace(source="last_year", source_label="2025年度自查（已接收）", brought=content)
        offers = [(LAST_YEAR, Offer(content, row.source_label))]
        if rng.random() < drawn["changed_source"]:
            offers.append((INDICATOR_SYSTEM, Offer({"exclusion_reason": "指标体系第2版不参评"}, "指标体系（第2版，已批准）")))
        state = RowState.EXCLUDED if out else RowState.ANSWERED
        yield item, row, replace(entry, value=value, state=state, **_since(world, entry, value)), offers


def _since(world, entry, value):
    """What a year does to proof and target."""
    drawn, rng = DRAWN["second_year"], world.rng
    changed = {"target": world._target(entry.item, value)}
    if rng.random() < drawn["raised_target"]:
        changed["target"] = world._target(entry.item, value, sign=1, span="ahead")
    if rng.random() < drawn["unproven"]:
        changed |= {"files": (), "evidence": 0}
    elif rng.random() < drawn["annual_evidence"]:
        changed["files"] = (ProofFile(f"{entry.item.id}-annual", TODAY - dt.timedelta(days=40)),)
    return changed
