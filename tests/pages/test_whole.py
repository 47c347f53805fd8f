"""Nothing is kept of what nobody asks any more, and every template is rendered for a kept text."""

import subprocess
import sys
from pathlib import Path

from tests.pages import found, of_tests
from tests.pages.asked import asked
from tests.pages.kept import OURS, SHOWERS, showers, unasked
from tests.pages.papers import composed
from tests.pages.test_states import states

ROOT = Path(__file__).parents[2]
UNSHOWN = Path(__file__).with_name("unshown.txt")  # templates that no kept text shows, and where a fault of them is noticed


def test_nothing_is_kept_of_what_nobody_asks():
    names = {*asked(), *found.texts(), *(f"papers/{kind}" for kind in composed()), *(f"states/{name}" for name in states())}
    names |= {of_tests.text_of(name) for name in of_tests.listed()}
    assert unasked({SHOWERS, *names}) == []


def test_every_template_is_shown():
    lines = UNSHOWN.read_text(encoding="utf-8").splitlines()
    assert sorted(OURS - set(showers())) == sorted(line for line in lines if line and not line.startswith("#"))


def test_every_listed_test_is_there(request):
    """What was renamed, or a parameter left out, keeps its name in ``of_tests.txt``, and nothing would compare its pages."""
    beside = {item.nodeid for item in request.session.items}
    missing = [name for name in of_tests.listed() if name not in beside]  # none where all fast tests are asked for
    if missing:
        words = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", "-p", "no:cacheprovider", *missing]
        found = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stderr[-2000:]
