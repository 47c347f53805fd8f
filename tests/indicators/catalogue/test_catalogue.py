"""The checker on the shipped files, on broken variants of the reference edition, and on files that are no YAML at all."""

import copy

import pytest
import yaml

from indicators.catalogue import EditionVerdict, parse
from tests.indicators.conftest import DATA
from tests.indicators.editions.editions import chapter, dump, edition, item


@pytest.fixture(scope="module")
def reference(reference_text):
    return yaml.safe_load(reference_text)


@pytest.mark.parametrize(
    ("name", "verdict", "problems"),
    [
        ("reference-2024", "clean", 0),
        ("leed-v4-nd", "clean", 0),
        ("dgtj08-2253-2024", "incomplete", 17),
        ("dgtj08-2253-2018", "incomplete", 4),
        ("gbt51255-2017", "incomplete", 20),
    ],
)
def test_shipped_file_has_its_verdict(name, verdict, problems):
    parsed = parse((DATA / f"{name}.yaml").read_bytes())
    assert (parsed.verdict, len(parsed.problems)) == (verdict, problems)


def cut_down(reference):
    """The reference with its first chapter whole and one item in each other: the same findings, much faster."""
    data = copy.deepcopy(reference)
    for entry in data["chapters"][0]["items"]:
        entry.pop("shared_with", None)
    for number, one in enumerate(data["chapters"][1:]):
        kept = item(f"x{number}", one["full"], {"kind": "claimed"}, kind="bonus" if one["kind"] == "bonus" else "score")
        one["items"] = [kept]
    return data


@pytest.fixture(scope="module")
def trimmed(reference):
    data = cut_down(reference)
    assert parse(dump(data)).verdict is EditionVerdict.CLEAN
    return data


def find(data, item_id):
    return next(entry for one in data["chapters"] for entry in one["items"] if entry["id"] == item_id)


def at(*path):
    """A change: assign the last value at the path."""
    *keys, last, value = path

    def change(data):
        place = data
        for key in keys:
            place = place[key]
        place[last] = value

    return change


def on(item_id, *path):
    """The same inside one item."""

    def change(data):
        at(*path)(find(data, item_id))

    return change


def without(*path):
    *keys, last = path

    def change(data):
        place = data
        for key in keys:
            place = place[key]
        del place[last]

    return change


def appended(item_id, **changes):
    def change(data):
        data["chapters"][0]["items"].append({**copy.deepcopy(find(data, item_id)), **changes})

    return change


UNREACHABLE = {"at": 100, "points": 12, "exclusive": True}
# (change, verdict, path of a finding)
BROKEN = [
    (at("extra", 1), "invalid", "extra"), (without("levels"), "invalid", "文件"),
    (at("edition", "code", ""), "invalid", "edition.code"), (at("edition", "official", "yes?"), "invalid", "edition.official"),
    (at("edition", "in_force", "2024年7月1日"), "invalid", "edition.in_force"),
    (at("edition", "in_force", None), "incomplete", "edition.in_force"), (without("edition", "based_on"), "invalid", "edition"),
    (at("edition", "sources", None), "invalid", "edition.sources"), (at("types", {}), "invalid", "types"),
    (at("levels", []), "incomplete", "levels"), (at("levels", None), "incomplete", "levels"),
    (at("levels", 1, "min", 50), "invalid", "levels[1].min"), (at("levels", 1, "min", None), "incomplete", "levels[1].min"),
    (at("levels", 1, "key", "star1"), "invalid", "levels[1].key"), (at("total", "method", "average"), "invalid", "total.method"),
    (at("total", "bonus_cap", None), "incomplete", "total.bonus_cap"), (at("total", "bonus_cap", -1), "invalid", "total.bonus_cap"),
    (at("chapters", []), "incomplete", "chapters"), (at("chapters", 0, "items", []), "incomplete", "chapters[0].items"),
    (at("chapters", 1, "key", "overall"), "invalid", "chapters[1].key"), (at("chapters", 1, "no", "4"), "invalid", "chapters[1].no"),
    (at("chapters", 1, "dimension", "美丽"), "invalid", "chapters[1].dimension"),
    (at("chapters", 1, "dimension", None), "invalid", "chapters"), (at("chapters", 0, "full", 99), "invalid", "chapters[0].items"),
    (at("chapters", 0, "full", None), "incomplete", "chapters[0].full"), (at("chapters", 0, "min", 101), "invalid", "chapters[0].min"),
    (at("chapters", 0, "weight", None), "incomplete", "chapters[0].weight"),
    (at("chapters", 0, "weight", "new", "planning", 0.2), "invalid", "chapters"),
    (at("chapters", 0, "weight", "new", "planning", None), "incomplete", "chapters[0].weight.new.planning"),
    (at("chapters", 0, "weight", "new", "planning", 1.5), "invalid", "chapters[0].weight.new.planning"),
    (at("chapters", 6, "weight", "new", "planning", 0.1), "invalid", "chapters[6].weight.new.planning"),
    (on("4.2.1", "points", None), "incomplete", "chapters[0].items[5].points"),
    (on("4.2.1", "points", -3), "invalid", "chapters[0].items[5].points"), (on("4.2.1", "points", 11), "invalid", "chapters[0].items"),
    (on("4.2.1", "rule", None), "incomplete", "chapters[0].items[5].rule"),
    (on("4.2.1", "rule", "kind", "guess"), "invalid", "chapters[0].items[5].rule.kind"),
    (on("4.2.1", "rule", "better", "bigger"), "invalid", "chapters[0].items[5].rule.better"),
    (on("4.2.1", "rule", "steps", []), "incomplete", "chapters[0].items[5].rule.steps"),
    (on("4.2.1", "rule", "steps", 1, "at", 40), "invalid", "chapters[0].items[5].rule.steps[1].at"),
    (on("4.2.1", "rule", "steps", 1, "points", 4), "invalid", "chapters[0].items[5].rule.steps[1].points"),
    (on("4.2.1", "rule", "steps", 2, "points", 13), "invalid", "chapters[0].items[5].rule.steps[2].points"),
    (on("4.2.1", "rule", "steps", 2, "at", 101), "invalid", "chapters[0].items[5].rule.steps[2].at"),
    (on("4.2.1", "rule", "steps", 2, "at", 60.55), "invalid", "chapters[0].items[5].rule.steps[2].at"),
    (on("4.2.1", "rule", "steps", 2, UNREACHABLE), "invalid", "chapters[0].items[5].rule.steps[2].exclusive"),
    (on("4.2.1", "rule", "steps", 2, "exclusive", "no"), "invalid", "chapters[0].items[5].rule.steps[2].exclusive"),
    (on("4.2.1", "value", None), "invalid", "chapters[0].items[5].value"),
    (on("4.2.1", "value", "decimals", 9), "invalid", "chapters[0].items[5].value.decimals"),
    (on("4.2.1", "value", "max", 0), "invalid", "chapters[0].items[5].value"),
    (on("4.2.1", "inputs", 0, "key", "x"), "invalid", "chapters[0].items[5].inputs"),
    (on("4.2.1", "inputs", []), "invalid", "chapters[0].items[5].inputs"),
    (on("4.2.1", "requirement", "长" * 61), "invalid", "chapters[0].items[5].requirement"),
    (on("4.2.1", "id", "4.2.2"), "invalid", "chapters[0].items[6].id"),
    (on("4.2.1", "kind", "bonus"), "invalid", "chapters[0].items[5].kind"),
    (on("4.2.1", "applies", "types", ["old"]), "invalid", "chapters[0].items[5].applies.types"),
    (on("4.2.1", "applies", "stages", []), "invalid", "chapters[0].items[5].applies.stages"),
    (on("4.2.1", "may_exclude", True), "invalid", "chapters[0].items[5].exclude_when"),
    (on("4.2.1", "when_absent", "full"), "invalid", "chapters[0].items[5].exclude_when"),
    (on("4.2.1", "when_absent", "sometimes"), "invalid", "chapters[0].items[5].when_absent"),
    (on("4.2.1", "auto", "magic"), "invalid", "chapters[0].items[5].auto"),
    (on("4.2.1", "shared_with", ["4.2.1"]), "invalid", "chapters[0].items[5].shared_with"),
    (on("4.2.1", "shared_with", ["4.2.3"]), "invalid", "chapters[0].items[5].shared_with"),
    (on("4.2.1", "evidence", []), "invalid", "chapters[0].items[5].evidence"),
    (on("4.2.1", "beauty", ["luck"]), "invalid", "chapters[0].items[5].beauty[0]"),
    (on("4.2.1", "basis", 0, "certainty", "sure"), "invalid", "chapters[0].items[5].basis[0].certainty"),
    (on("4.2.1", "basis", 0, "certainty", "quoted"), "invalid", "chapters[0].items[5].basis[0].certainty"),
    (on("4.2.1", "basis", 0, "level_of_proof", "authored"), "invalid", "chapters[0].items[5].basis[0].level_of_proof"),
    (on("4.2.1", "note", "x"), "invalid", "chapters[0].items[5].note"),
    (on("4.2.2", "rule", "rules", 0, "rule", {"kind": "claimed"}), "invalid", "chapters[0].items[6].rule.rules[0].rule.kind"),
    (on("4.2.2", "rule", "rules", 0, "value", "key", "bus"), "invalid", "chapters[0].items[6].rule.rules[1].value.key"),
    (on("4.2.2", "rule", "rules", 0, "rule", "steps", 1, "points", 3), "invalid", "chapters[0].items[6].rule.rules"),
    (on("4.1.1", "points", 5), "invalid", "chapters[0].items[0].points"),
    (on("4.1.1", "rule", {"kind": "claimed"}), "invalid", "chapters[0].items[0].rule"),
    (on("4.1.1", "rule", {"kind": "pass", "op": ">="}), "invalid", "chapters[0].items[0].rule"),
    (appended("4.2.1", points=None), "invalid", "chapters[0].items[21].id"),
    (on("4.2.1", "rule", "steps", 0, "at", None), "incomplete", "chapters[0].items[5].rule.steps[0].at"),
    (on("4.2.1", "shared_with", ["99.9.9"]), "invalid", "chapters[0].items[5].shared_with"),
    (on("4.2.4", "rule", "parts", 1, "key", "a"), "invalid", "chapters[0].items[8].rule.parts[1].key"),
    (on("4.1.4", "when_absent", "full"), "invalid", "chapters[0].items[3].when_absent"),
]  # fmt: skip
ENDLESS = [(on("4.2.1", "value", "max", number), "invalid", "chapters[0].items[5].value") for number in (float("nan"), 10**30)]


@pytest.mark.parametrize(("change", "verdict", "path"), [*BROKEN, *ENDLESS])
def test_broken_variant_of_the_reference(trimmed, change, verdict, path):
    data = copy.deepcopy(trimmed)
    change(data)
    parsed = parse(dump(data))
    assert parsed.verdict == verdict
    assert path in [problem.path for problem in parsed.problems]
    assert (parsed.document == {}) == (verdict == "invalid")


def test_every_problem_is_reported_at_once_with_its_line():
    text = dump(edition([chapter("one", "1", [item("1", 5, {"kind": "claimed"})])])).replace("'2024-07-01'", "2024-07-01")
    broken = text.replace("official: false", "official: maybe").replace("method: weighted", "method: mean")
    broken = broken.replace("points: 5", "points: x")
    lines = broken.splitlines()
    found = {(problem.path, lines[problem.line - 1].strip()) for problem in parse(broken).problems}
    assert found == {
        ("edition.official", "official: maybe"),
        ("total.method", "method: mean"),
        ("chapters[0].items[0].points", "points: x"),
    }


@pytest.mark.area("indicators/catalogue")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "null",
        "5",
        "- 1",
        "[",
        "edition: {code: [}",
        "edition: null",
        "a: &a [*a]",
        "&a {edition: *a}",
        "[" * 2000,
        "\x00",
        "edition: !!python/object/apply:os.getcwd []",
        "edition: {code: 2024-13-45}",
        'edition: {title: "\\ud800"}',
        'edition: {title: "\\0"}',
        "? [1, 2]\n: 3",
        "types: " + "9" * 6000,
        b"\xff\xfe\x00",
        "edition: {<<: {code: x}}",
    ],
)
def test_unreadable_file_is_invalid_and_says_why(text):
    parsed = parse(text)
    assert parsed.verdict is EditionVerdict.INVALID
    assert parsed.problems
    assert all(problem.line >= 1 for problem in parsed.problems)


def test_aliases_that_multiply_are_refused():
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert [problem.text for problem in parse("\n".join(lines)).problems] == ["嵌套过深或引用展开过多"]


def test_key_given_twice_is_invalid(reference_text):
    broken = reference_text.replace("  official: false\n", "  official: false\n  official: true\n", 1)
    problems = parse(broken).problems
    assert [(problem.path, problem.text) for problem in problems] == [("edition.official", "同一键写了两次")]
    assert broken.splitlines()[problems[0].line - 1] == "  official: true"


def test_bare_no_is_read_as_the_word_with_advice(reference_text):
    parsed = parse(reference_text.replace('"no": "4"', 'no: "4"', 1))
    assert parsed.verdict is EditionVerdict.CLEAN
    assert [note.path for note in parsed.notes] == ["chapters[0].no"]


def test_shared_item_that_is_not_entered_yet_is_a_gap():
    shared = item("1", 100, {"kind": "claimed"}, shared_with=["9.9"])
    data = edition([chapter("one", "1", [shared], 0.5), chapter("two", "2", [], 0.5, full=100)])
    parsed = parse(dump(data).replace("'2024-07-01'", "2024-07-01"))
    assert parsed.verdict is EditionVerdict.INCOMPLETE
    assert {problem.path for problem in parsed.problems} == {"chapters[1].items", "chapters[0].items[0].shared_with"}


def test_digest_is_of_the_content_not_of_the_writing(reference_text, reference):
    rewritten = dump(reference)
    assert parse(rewritten).digest == parse(reference_text).digest
    reference = copy.deepcopy(reference)
    reference["chapters"][0]["items"][0]["title"] += "（改）"
    assert parse(dump(reference)).digest != parse(reference_text).digest
