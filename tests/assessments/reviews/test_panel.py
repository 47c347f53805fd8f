"""The draw: never a conflicted expert, always a valid panel, repeatable by the published script."""

import datetime as dt
import json
import re
import subprocess
import sys
from collections import Counter
from math import comb
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.post_evaluations.draw_verification import NoDraw, faults
from assessments.reviews.panel import (
    Candidate,
    ConcernedParty,
    Drawn,
    NoValidPanel,
    Terms,
    Tie,
    avoided,
    below,
    commitment,
    conflicts,
    draw,
    is_valid,
    list_digest,
    shortfall,
    stream,
    years_before,
)
from assessments.reviews.selectors.panels import with_signature

KEYS = ("a", "b", "c")
SECRETS = st.binary(min_size=32, max_size=32).map(bytes.hex)
SPECIALTIES = st.frozensets(st.sampled_from(KEYS))
REASONS = st.sampled_from([(), (), (), ("现任职于申报主体甲",)])
ON = dt.date(2026, 11, 20)
POOL = [Candidate(one, f"专家{one}", frozenset(KEYS[one % 3]), ("应回避",) if one % 5 == 0 else ()) for one in range(1, 20)]
TERMS = Terms(5, KEYS)
STAYING = Terms(5, KEYS, (Candidate(77, "留任", frozenset("b")),))


@st.composite
def pools(draw_):
    ids = draw_(st.lists(st.integers(1, 99), unique=True, max_size=14))
    return [Candidate(number, f"专家{number}", draw_(SPECIALTIES), draw_(REASONS)) for number in ids]


@settings(max_examples=150, deadline=None)
@given(pools(), st.sampled_from([3, 5, 7]), SECRETS)
def test_a_drawn_panel_is_valid_or_there_is_none(pool, size, secret):
    terms = Terms(size, KEYS)
    if reason := shortfall(pool, terms):
        with pytest.raises(NoValidPanel, match=re.escape(reason)):
            draw(pool, terms, secret)
        return
    drawn = draw(pool, terms, secret)
    chosen = [one for one in pool if one.id in drawn.ids]
    assert is_valid(chosen, terms)
    assert not any(one.reasons for one in chosen)
    assert len(drawn.ids) == size


@settings(max_examples=80, deadline=None)
@given(pools(), SECRETS)
def test_replacements_keep_the_panel_valid_and_those_who_stay(pool, secret):
    kept = (Candidate(200, "甲", frozenset("a")), Candidate(201, "乙", frozenset("b")))
    terms = Terms(5, KEYS, kept)
    if shortfall(pool, terms):
        return
    drawn = draw(pool, terms, secret)
    assert len(drawn.ids) == 3
    assert is_valid([*kept, *(one for one in pool if one.id in drawn.ids)], terms)


@settings(max_examples=60, deadline=None)
@given(pools(), SECRETS, st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter(pool, secret, random):
    terms = Terms(3, ("a",))
    if shortfall(pool, terms):
        return
    mixed = list(pool)
    random.shuffle(mixed)
    assert draw(pool, terms, secret) == draw(mixed, terms, secret)
    assert list_digest(pool, terms) == list_digest(mixed, terms)


@settings(max_examples=150, deadline=None)
@given(pools(), st.sampled_from([1, 3]))
def test_existence_is_judged_as_by_trying_every_panel(pool, size):
    from itertools import combinations

    terms = Terms(size, KEYS)
    exists = any(is_valid(panel, terms) for panel in combinations(pool, size))
    assert bool(shortfall(pool, terms)) is not exists


def test_a_draw_that_was_published_is_repeated_for_ever():
    """Computed when the rules of the draw were written down; other figures mean that published draws no longer check."""
    assert list_digest(POOL, STAYING) == "2e2d36f17d0d64bb1974915815ba2fe2342ec07470568fca8c1eaea0986817f9"
    drawn = [draw(POOL, STAYING, f"{number:064x}") for number in (1, 2)]
    assert [(one.ids, one.tries) for one in drawn] == [((1, 2, 6, 16), 2), ((3, 8, 9, 13), 2)]
    words = stream(bytes(32))
    assert [next(words) % 1000 for _ in range(6)] == [308, 187, 593, 891, 620, 479]


@pytest.mark.parametrize(("pool", "terms", "words"), [
    ("", Terms(4, KEYS), "专家人数应为单数，现为4人"), ("", Terms(1, KEYS, (Candidate(77, "留任", frozenset(KEYS)),)), "没有空缺的席位"),
    (("ab", "c"), Terms(3, KEYS), "需3人，无应回避情形的只有2人"), ("aab", Terms(3, KEYS), "没有可评审c的专家"),
    ("abc", Terms(1, KEYS), "覆盖全部方面至少需3人，只有1个席位"), ("abc", Terms(3, KEYS), ""),
])  # fmt: skip
def test_what_a_panel_lacks_is_said(pool, terms, words):
    assert shortfall([Candidate(number, "", frozenset(keys)) for number, keys in enumerate(pool, 1)], terms) == words


HELD = Tie(1, "某院")


@pytest.mark.parametrize(
    ("ties", "asked", "found"),
    [
        ((), ("甲", ""), "甲"), ((), ("乙", ""), ""),
        ((HELD,), ("", "某院"), "某院"), ((HELD,), ("甲", "某院"), "甲、某院"), ((Tie(1, "某院", "某集团"),), ("", "某集团"), "某集团"),
        ((HELD,), ("", "别院"), ""), ((HELD,), ("乙", "某院"), ""), ((HELD,), ("甲", "别院"), ""),
        ((Tie(1, "某院", until=dt.date(2023, 11, 20)),), ("", "某院"), "某院"),
        ((Tie(1, "某院", until=dt.date(2023, 11, 19)),), ("", "某院"), ""),
    ],
)  # fmt: skip
def test_a_granted_request_names_a_person_a_body_or_both(ties, asked, found):
    assert avoided("甲", ties, [asked], ON) == ([f"申报单位申请{found}回避，已同意"] if found else [])


def test_a_published_line_reads_back():
    lines = [Candidate(1, "甲", frozenset("ab"), ("应回避",)), Candidate(2, "乙", frozenset())]
    assert [Candidate.from_json(json.loads(json.dumps(one.as_json()))) for one in lines] == lines
    pool = [Candidate(number, "", frozenset(KEYS)) for number in range(1, 5)]
    assert (is_valid(pool, Terms(4, KEYS)), is_valid(pool[:3], Terms(3, KEYS))) == (False, True), "odd as well as complete"


def test_a_draw_ends_after_its_last_sample(monkeypatch):
    monkeypatch.setattr("assessments.reviews.panel.MOST_TRIES", 2)
    assert draw(POOL, STAYING, f"{1:064x}") == Drawn((1, 2, 6, 16), 2) == Drawn((1, 2, 6, 16), 7)
    monkeypatch.setattr("assessments.reviews.panel.MOST_TRIES", 1)
    with pytest.raises(NoValidPanel, match="抽取1次没有得到覆盖全部方面的专家组"):
        draw(POOL, STAYING, f"{1:064x}")


def test_words_past_the_last_full_multiple_are_skipped():
    assert [below(3, iter([word, 5])) for word in (2**64 - 1, 2**64 - 2)] == [2, 2]
    assert below(3, iter([2**64 - 3, 5])) == 1


@given(st.integers(1, 2**63), SECRETS)
def test_numbers_stay_below_their_limit(limit, secret):
    assert 0 <= below(limit, stream(bytes.fromhex(secret))) < limit


def until(*day):
    return Tie(1, "甲院", until=dt.date(*day))


@pytest.mark.parametrize(("tie", "party", "found"), [
    (Tie(1, "甲院"), ("咨询单位", 1, "甲院"), "现任职于咨询单位甲院"), (Tie(1, "甲院"), ("咨询单位", None, "甲院"), "现任职于咨询单位甲院"),
    (Tie(1, "甲院"), ("咨询单位", 2, "甲院"), None), (until(2026, 11, 20), ("规划单位", 1, "甲院"), "现任职于规划单位甲院"),
    (until(2026, 11, 19), ("规划单位", 1, "甲院"), "三年内曾任职于规划单位甲院"),
    (until(2023, 11, 20), ("规划单位", 1, "甲院"), "三年内曾任职于规划单位甲院"), (until(2023, 11, 19), ("规划单位", 1, "甲院"), None),
    (Tie(1, "甲院", "某集团"), ("申报主体", 2, "乙公司", "某集团"), "现任职于甲院，与申报主体乙公司同属某集团"),
    (Tie(1, "甲院", ""), ("申报主体", 2, "乙公司", ""), None), (Tie(1, "甲院"), ("申报主体", 2, "乙公司"), None),
])  # fmt: skip
def test_conflicts_look_three_years_back_at_employer_and_group(tie, party, found):
    assert conflicts([tie], [ConcernedParty(*party)], ON) == ((found,) if found else ())
    assert years_before(dt.date(2028, 2, 29), 3) == dt.date(2025, 2, 28)


ROOT = Path(__file__).resolve().parents[3]
SCRIPT = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "draw.md").read_text(encoding="utf-8"), re.DOTALL).group(1)


def test_the_script_to_download_is_that_of_the_documentation():
    assert (ROOT / "assessments" / "data" / "repeat_draw.txt").read_text(encoding="utf-8") == SCRIPT
    assert sum(bool(line.strip()) for line in SCRIPT.splitlines()) <= 30


def test_the_script_of_the_documentation_repeats_the_draw(tmp_path):
    def repeated(data):
        (tmp_path / "draw.json").write_text(json.dumps(data), encoding="utf-8")
        command = [sys.executable, "check.py", "draw.json"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.split()

    (tmp_path / "check.py").write_text(SCRIPT, encoding="utf-8")
    for number in range(12):
        data = published(number, STAYING if number % 2 else TERMS)
        assert repeated(data) == (0, ["ok", *map(str, data["result"])])
    assert faults(data) == []
    data["result"][0] += 1
    assert repeated(data)[0] == 1


def published(number=7, terms=TERMS):
    secret = f"{number:064x}"
    drawn = draw(POOL, terms, secret)
    return {
        "pool": [one.as_json() for one in POOL], "terms": terms.as_json(), "secret": secret, "commitment": commitment(secret),
        "list_digest": list_digest(POOL, terms), "result": list(drawn.ids), "tries": drawn.tries,
    }  # fmt: skip


BENT = {
    "secret": (lambda data: data.update(secret=f"{8:064x}"), "种子与事先登记的校验值不符"),
    "list": (lambda data: data["pool"].pop(), "候选名单或条件与名单校验值不符"),
    "reason": (lambda data: data["pool"][0].update(reasons=["应回避"]), "候选名单或条件与名单校验值不符"),
    "size": (lambda data: data["terms"].update(size=3), "候选名单或条件与名单校验值不符"),
    "result": (lambda data: data["result"].__setitem__(0, 99), "结果不符"),
    "tries": (lambda data: data.update(tries=data["tries"] + 1), "抽取次数不符"),
}


@pytest.mark.parametrize("name", BENT)
def test_what_was_bent_is_named(name, tmp_path, capsys):
    bend, words = BENT[name]
    path, data = tmp_path / "draw.json", published()
    path.write_text(json.dumps(with_signature(data)), encoding="utf-8")
    call_command("verify_draw", path)
    assert (faults(data), "抽取属实" in capsys.readouterr().out) == ([], True)
    bend(data)
    assert any(fault.startswith(words) for fault in faults(data))
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(CommandError, match="抽取不能重复"):
        call_command("verify_draw", path)


@pytest.mark.parametrize("content", ["[]", "{}", "not json", '{"pool": 3}'])
def test_what_is_no_draw_is_refused_in_words(content, tmp_path):
    path = tmp_path / "draw.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("verify_draw", path)
    with pytest.raises(NoDraw):
        faults({**published(), "terms": {}})


@pytest.mark.area("assessments/reviews")
def test_every_valid_panel_is_equally_likely():
    pool = [Candidate(number, "", frozenset(KEYS[number % 3])) for number in range(1, 8)]
    terms = Terms(3, KEYS)
    rounds = 100_000
    seen = Counter(draw(pool, terms, f"{number:064x}").ids for number in range(rounds))
    valid = 2 * 3 * 2  # specialties: b c a b c a b
    assert len(seen) == valid < comb(7, 3)
    expected = rounds / valid
    assert sum((count - expected) ** 2 / expected for count in seen.values()) < 31.3  # chi-square, 11 degrees, 0.1 %
