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
from tests.indicators.catalogue.test_catalogue import BROKEN, cut_down
from tests.indicators.conftest import DATA
from tests.indicators.editions.editions import dump

pytestmark = pytest.mark.slow
GIVEN = Path(__file__).resolve().parents[4] / "shared" / "standard" / "check_edition.py"
SHIPPED = {
    "reference-2024": "clean", "leed-v4-nd": "clean", "dgtj08-2253-2024": "incomplete", "dgtj08-2253-2018": "incomplete",
    "gbt51255-2017": "incomplete",
}  # fmt: skip


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
def whole(reference_text):
    """The edition that is broken one thing at a time."""
    return cut_down(yaml.load(reference_text, Loader=yaml.CSafeLoader))


@pytest.mark.parametrize(("change", "verdict", "path"), [(lambda _: None, "clean", "nothing"), *BROKEN])
def test_every_checker_gives_a_broken_file_its_verdict(whole, change, verdict, path):
    data = copy.deepcopy(whole)
    change(data)
    text = dump(data)
    assert {who: check(text) for who, check in CHECKERS.items()} == dict.fromkeys(CHECKERS, verdict), path


@pytest.mark.parametrize("name", SHIPPED)
def test_every_checker_gives_a_shipped_file_its_verdict(name):
    text = (DATA / f"{name}.yaml").read_text(encoding="utf-8")
    assert {who: check(text) for who, check in CHECKERS.items()} == dict.fromkeys(CHECKERS, SHIPPED[name])


@pytest.mark.parametrize("text", ["edition: {code: A, code: B}\n", "- 1\n", "", "a: [1, 2\n", "edition: null\n"])
def test_every_checker_refuses_what_is_no_edition(text):
    assert {who: check(text) for who, check in CHECKERS.items()} == dict.fromkeys(CHECKERS, "invalid")
