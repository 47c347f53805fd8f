"""Two checkers written apart agree: on every shipped file, and on files broken one thing at a time.

Where the checkout stands beside the checker that came with the format, that one is asked as well.
"""

import copy
import importlib.util
from pathlib import Path

import pytest
import yaml

from indicators.catalogue import parse
from tests.indicators.catalogue.second_checker import verdict_of
from tests.indicators.conftest import DATA
from tests.indicators.editions.editions import dump

pytestmark = pytest.mark.slow
GIVEN = Path(__file__).resolve().parents[4] / "shared" / "standard" / "check_edition.py"
SHIPPED = {
    "reference-2024": "clean",
    "leed-v4-nd": "clean",
    "dgtj08-2253-2024": "incomplete",
    "dgtj08-2253-2018": "incomplete",
    "gbt51255-2017": "incomplete",
}


def ours(text):
    return parse(text).verdict.value


def given_checker():
    """The format's own checker as a function from text to verdict."""
    spec = importlib.util.spec_from_file_location("given_checker", GIVEN)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def verdict(text):
        try:
            found = module.Check(module.Loaded(text), want_dimensions=False).run()
        except yaml.YAMLError:
            return "invalid"
        return found if found in {"clean", "incomplete"} else "invalid"

    return verdict


CHECKERS = {"ours": ours, "second": verdict_of, **({"given": given_checker()} if GIVEN.exists() else {})}


@pytest.fixture(scope="module")
def base(reference_text):
    """The reference edition cut down to one item of each kind of rule that applies everywhere."""
    data = yaml.load(reference_text, Loader=yaml.CSafeLoader)
    seen = set()
    for number, chapter in enumerate(data["chapters"]):
        kept, least = [], 0 if number else 4
        for entry in chapter["items"]:
            everywhere = (len(entry["applies"]["types"]), len(entry["applies"]["stages"])) == (2, 2)
            sort = (entry["rule"]["kind"], entry["inputs"] is None)
            if (
                everywhere
                and not entry.get("shared_with")
                and (sort not in seen or len(kept) < least or not any(one["points"] for one in kept))
            ):
                seen.add(sort)
                kept.append(entry)
        chapter["items"] = kept
        chapter["full"] = sum(entry["points"] or 0 for entry in chapter["items"])
    return data


def first(data, kind, *, control=False):
    """First item with a rule of this kind."""
    wanted = "control" if control else None
    for chapter in data["chapters"]:
        for entry in chapter["items"]:
            if entry["rule"]["kind"] == kind and (wanted is None or entry["kind"] == wanted):
                return entry
    raise LookupError(kind)


def item_where(data, holds):
    return next(entry for chapter in data["chapters"] for entry in chapter["items"] if holds(entry))


def quoted(data):
    return next(one for chapter in data["chapters"] for entry in chapter["items"] for one in entry["basis"] if one["certainty"] == "quoted")


def added_step(data):
    rule = first(data, "steps")["rule"]
    rule["steps"].append(copy.deepcopy(rule["steps"][-1]))


def beyond_the_range(data):
    entry = first(data, "steps")
    entry["rule"]["steps"][-1] |= {"at": entry["value"]["max" if entry["rule"]["better"] == "higher" else "min"], "exclusive": True}


def shared_on_one_side(data):
    entries = data["chapters"][0]["items"]
    entries[1]["shared_with"] = [entries[2]["id"]]


def shared_with_nobody(data):
    data["chapters"][0]["items"][1]["shared_with"] = ["99.9.9"]


def moved_weight(data):
    data["chapters"][0]["weight"]["new"]["planning"] += 0.01


# name: (verdict, what is done to the file)
BROKEN = {
    "nothing": ("clean", lambda _data: None),
    "unknown key on top": ("invalid", lambda data: data.update(extra=1)),
    "no levels at all": ("invalid", lambda data: data.pop("levels")),
    "levels null": ("incomplete", lambda data: data.update(levels=None)),
    "levels fall": ("invalid", lambda data: data["levels"][1].update(min=data["levels"][0]["min"])),
    "level line null": ("incomplete", lambda data: data["levels"][0].update(min=None)),
    "level key twice": ("invalid", lambda data: data["levels"][1].update(key=data["levels"][0]["key"])),
    "no date": ("incomplete", lambda data: data["edition"].update(in_force=None)),
    "date as text": ("invalid", lambda data: data["edition"].update(in_force="2024年7月1日")),
    "official is a word": ("invalid", lambda data: data["edition"].update(official="no")),
    "unknown total method": ("invalid", lambda data: data["total"].update(method="mean")),
    "bonus cap null": ("incomplete", lambda data: data["total"].update(bonus_cap=None)),
    "no chapters": ("incomplete", lambda data: data.update(chapters=[])),
    "chapter key twice": ("invalid", lambda data: data["chapters"][1].update(key=data["chapters"][0]["key"])),
    "dimension unknown": ("invalid", lambda data: data["chapters"][1].update(dimension="美丽上海")),
    "dimension lacking": (
        "invalid",
        lambda data: [one.update(dimension=None) for one in data["chapters"] if one["dimension"] == "韧性安全"],
    ),
    "weights add up to more": ("invalid", moved_weight),
    "weight null": ("incomplete", lambda data: data["chapters"][0].update(weight=None)),
    "weight of a bonus chapter": ("invalid", lambda data: data["chapters"][-1]["weight"]["new"].update(planning=0.1)),
    "chapter does not add up": ("invalid", lambda data: data["chapters"][0].update(full=data["chapters"][0]["full"] + 1)),
    "chapter minimum above 100": ("invalid", lambda data: data["chapters"][0].update(min=120)),
    "chapter without items": ("incomplete", lambda data: data["chapters"][0].update(items=[])),
    "id twice": ("invalid", lambda data: data["chapters"][1]["items"][0].update(id=data["chapters"][0]["items"][0]["id"])),
    "points null": ("incomplete", lambda data: first(data, "steps").update(points=None)),
    "points of a control": ("invalid", lambda data: first(data, "pass").update(points=1)),
    "control with steps": ("invalid", lambda data: first(data, "steps").update(kind="control", points=None)),
    "requirement too long": ("invalid", lambda data: first(data, "steps").update(requirement="达" * 61)),
    "applies to nobody": ("invalid", lambda data: first(data, "steps")["applies"].update(types=[])),
    "applies to an unknown type": ("invalid", lambda data: first(data, "steps")["applies"].update(types=["old"])),
    "may be left out, no reason": ("invalid", lambda data: item_where(data, lambda one: not one["exclude_when"]).update(may_exclude=True)),
    "full marks on a control": ("invalid", lambda data: first(data, "pass").update(when_absent="full", exclude_when="无")),
    "rule null": ("incomplete", lambda data: first(data, "steps").update(rule=None)),
    "rule kind unknown": ("invalid", lambda data: first(data, "steps")["rule"].update(kind="ladder")),
    "steps without a value": ("invalid", lambda data: first(data, "steps").update(value=None)),
    "no steps": ("incomplete", lambda data: first(data, "steps")["rule"].update(steps=[])),
    "step does not rise": ("invalid", added_step),
    "step above the points": ("invalid", lambda data: first(data, "steps")["rule"]["steps"][-1].update(points=99)),
    "step outside the range": ("invalid", lambda data: first(data, "steps")["rule"]["steps"][-1].update(at=10**6)),
    "step nothing can pass": ("invalid", beyond_the_range),
    "step limit null": ("incomplete", lambda data: first(data, "steps")["rule"]["steps"][0].update(at=None)),
    "part twice": ("invalid", lambda data: first(data, "checklist")["rule"]["parts"].append(first(data, "checklist")["rule"]["parts"][0])),
    "ratio with one number": ("invalid", lambda data: item_where(data, lambda one: one["inputs"]).update(inputs=[{"key": "a"}])),
    "shared on one side": ("invalid", shared_on_one_side),
    "shared with nobody": ("invalid", shared_with_nobody),
    "quoted without an address": ("invalid", lambda data: quoted(data).update(url=None)),
    "own words as a city document": ("invalid", lambda data: quoted(data).update(certainty="authored", level_of_proof="city")),
    "no evidence": ("invalid", lambda data: first(data, "steps").update(evidence=[])),
    "programme unknown": ("invalid", lambda data: first(data, "steps").update(beauty=["luck"])),
}


@pytest.fixture(scope="module")
def broken(base):
    """Every broken file as text, by its name."""
    found = {}
    for name, (_, change) in BROKEN.items():
        data = copy.deepcopy(base)
        change(data)
        found[name] = dump(data)
    return found


def test_there_are_at_least_thirty_broken_files():
    assert len(BROKEN) - 1 >= 30


@pytest.mark.parametrize("name", BROKEN)
def test_every_checker_gives_a_broken_file_its_verdict(name, broken):
    expected = BROKEN[name][0]
    assert {who: check(broken[name]) for who, check in CHECKERS.items()} == dict.fromkeys(CHECKERS, expected)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_checker_gives_a_shipped_file_its_verdict(name):
    text = (DATA / f"{name}.yaml").read_text(encoding="utf-8")
    assert {who: check(text) for who, check in CHECKERS.items()} == dict.fromkeys(CHECKERS, SHIPPED[name])


@pytest.mark.parametrize("text", ["edition: {code: A, code: B}\n", "- 1\n", "", "a: [1, 2\n", "edition: null\n"])
def test_every_checker_refuses_what_is_no_edition(text):
    assert {who: check(text) for who, check in CHECKERS.items()} == dict.fromkeys(CHECKERS, "invalid")
