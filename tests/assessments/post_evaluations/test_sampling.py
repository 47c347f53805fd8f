"""The draw of demonstrations: every district equally likely, strata kept, repeatable from what is published."""

import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.post_evaluations.draw_verification import NoDraw, faults
from assessments.post_evaluations.sampling import ListedDemonstration, SampleTerms, draw_sample, list_digest, size_of
from assessments.reviews.panel import commitment
from assessments.reviews.selectors.panels import with_signature

TERMS = SampleTerms(Decimal("0.2"), 1)
SECRETS = st.binary(min_size=32, max_size=32).map(bytes.hex)
PLACES = st.lists(st.tuples(st.integers(1, 999), st.sampled_from("甲乙丙"), st.booleans()), unique_by=lambda one: one[0], max_size=30).map(
    lambda rows: [ListedDemonstration(number, f"演示{number}", stratum, overdue) for number, stratum, overdue in rows]
)


@pytest.mark.parametrize(
    ("count", "share", "least", "size"),
    [(0, "0.2", 1, 0), (1, "0.2", 1, 1), (10, "0.2", 1, 2), (11, "0.2", 1, 3), (3, "1", 1, 3), (4, "0", 2, 2)],
)
def test_the_share_is_rounded_up_and_bounded(count, share, least, size):
    assert size_of(count, SampleTerms(Decimal(share), least)) == size


@settings(max_examples=150, deadline=None)
@given(PLACES, SECRETS)
def test_who_is_due_is_taken_and_the_rest_is_drawn_from_the_others(places, secret):
    sample = draw_sample(places, TERMS, secret)
    due = {one.id for one in places if one.overdue}
    assert set(sample.due) == due
    assert not due & set(sample.drawn)
    assert len(set(sample.ids)) == len(sample.ids) == max(len(due), size_of(len(places), TERMS))
    assert set(sample.ids) <= {one.id for one in places}


@settings(max_examples=60, deadline=None)
@given(PLACES, SECRETS, st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter(places, secret, random):
    mixed = list(places)
    random.shuffle(mixed)
    assert draw_sample(mixed, TERMS, secret) == draw_sample(places, TERMS, secret)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), SECRETS)
def test_no_stratum_is_taken_beyond_its_share(each, count, secret):
    places = [ListedDemonstration(number, "", "甲乙丙"[number % 3]) for number in range(3 * each)]
    taken = draw_sample(places, SampleTerms(Decimal(0), count), secret).drawn
    by_stratum = Counter("甲乙丙"[number % 3] for number in taken)
    share = len(taken) / 3
    assert len(taken) == min(count, len(places))
    assert all(abs(by_stratum[one] - share) < 1 for one in "甲乙丙")


def test_a_draw_that_was_published_is_repeated_for_ever():
    """Computed when the rules of the draw were written down; other figures mean that published draws no longer check."""
    places = [ListedDemonstration(number, f"演示{number}", "甲乙丙"[number % 3], overdue=number == 3) for number in range(1, 20)]
    terms = SampleTerms(Decimal("0.4"), 1)
    assert list_digest(places, terms) == "5c2feeef5adb5ab71039a4d8d74937f2c0b76daf16cca27a44549e9b07cb5743"
    drawn = [draw_sample(places, terms, f"{number:064x}") for number in (1, 2)]
    assert [one.drawn for one in drawn] == [(4, 5, 7, 8, 9, 11, 18), (2, 8, 12, 13, 16, 18, 19)]
    assert {one.due for one in drawn} == {(3,)}


@pytest.mark.area("assessments/post_evaluations")
def test_every_district_is_equally_likely():
    places = [ListedDemonstration(number, "", "甲乙"[number % 2]) for number in range(11)]
    rounds = 20_000
    seen = Counter(one for number in range(rounds) for one in draw_sample(places, TERMS, f"{number:064x}").drawn)
    expected = rounds * 3 / 11
    assert sum((seen[one.id] - expected) ** 2 / expected for one in places) < 29.6  # chi-square, 10 degrees, 0.1 %


PLACES = [ListedDemonstration(one, f"演示{one}（虚构）", "甲" if one < 6 else "乙", overdue=one == 3) for one in range(1, 12)]


def published(places=PLACES, terms=TERMS, secret=f"{5:064x}"):
    sample = draw_sample(places, terms, secret)
    return {
        "list": [one.as_json() for one in places], "terms": terms.as_json(), "commitment": commitment(secret), "secret": secret,
        "list_digest": list_digest(places, terms), "due": list(sample.due), "drawn": list(sample.drawn),
    }  # fmt: skip


FOLDER = Path(__file__).resolve().parents[3]


def script():
    return (FOLDER / "assessments" / "data" / "repeat_sample.txt").read_text(encoding="utf-8")


def test_the_script_to_download_is_that_of_the_documentation():
    assert f"```python\n{script()}```" in (FOLDER / "docs" / "draw.md").read_text(encoding="utf-8")


def repeated(data, folder):
    """Exit code and words of the script for published data."""
    (folder / "repeat_sample.py").write_text(script(), encoding="utf-8")
    (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, "-I", "repeat_sample.py", "data.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.split()


@pytest.mark.parametrize(
    ("count", "share", "least"), [(0, "0.2", 1), (1, "0.2", 1), (11, "0.2", 1), (11, "0.35", 2), (12, "1", 1), (5, "0", 0)]
)
def test_the_script_repeats_what_the_portal_draws(count, share, least, tmp_path):
    places = [ListedDemonstration(number, f"演示{number}", "甲乙丙"[number % 3], overdue=number % 5 == 3) for number in range(1, count + 1)]
    for number in range(3):
        terms, secret = SampleTerms(Decimal(share), least), f"{number:064x}"
        sample = draw_sample(places, terms, secret)
        assert repeated(published(places, terms, secret), tmp_path) == (0, ["ok", *map(str, sample.ids)])


BENT = {
    "secret": (lambda data: data.update(secret=f"{6:064x}"), "种子与事先登记的校验值不符"),
    "list": (lambda data: data["list"].pop(), "名单或条件与名单校验值不符"),
    "due": (lambda data: data["due"].append(1), "到期必评的城区不符"),
    "drawn": (lambda data: data["drawn"].__setitem__(0, 99), "抽中的城区不符"),
}


@pytest.mark.parametrize("name", BENT)
def test_what_was_bent_is_named(name, tmp_path, capsys):
    path = tmp_path / "sample.json"
    path.write_text(json.dumps(with_signature(published())), encoding="utf-8")
    call_command("verify_draw", path)
    assert "抽取属实" in capsys.readouterr().out
    bend, words = BENT[name]
    data = published()
    bend(data)
    assert words in faults(data)
    code, said = repeated(data, tmp_path)
    assert (code, said[0]) == (1, "different")
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        call_command("verify_draw", path)


def test_what_is_no_sample_is_refused():
    with pytest.raises(NoDraw):
        faults({"list": [{}]})
