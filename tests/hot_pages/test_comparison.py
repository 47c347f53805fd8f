"""Kept costs beside those of main before and of the last release, in a repository of the test."""

import subprocess

import pytest

from scripts import hot_pages
from scripts.hot_pages import Cost, Kept

DESK, CASE = "officer's desk", "case"
RELEASED = {DESK: Cost(100_000, 28, 50_000), CASE: Cost(50_000, 20, 9_000)}


@pytest.fixture
def repository(tmp_path, monkeypatch):
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):  # set where the tests are run by a hook
        monkeypatch.delenv(name, raising=False)
    (tmp_path / hot_pages.FILE).parent.mkdir(parents=True)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    keep(tmp_path, "Keep the costs of hot pages")
    return tmp_path


def git(folder, *words):
    who = ("-c", "user.name=tester", "-c", "user.email=tester@portal.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def keep(folder, message, **changed):
    """Commit the released costs with those of the desk changed."""
    now = {**RELEASED, DESK: RELEASED[DESK]._replace(**changed)}
    (folder / hot_pages.FILE).write_text(hot_pages.written(Kept("3.11", "0.1.0", now, RELEASED)), encoding="utf-8")
    if message:
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "--message", message)


def origin(folder):
    """Let ``origin/main`` be where the repository is now."""
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")


def said(folder):
    return [line.partition(":")[0] + line.partition(", compared with")[2].partition(";")[0] for line in hot_pages.complaints(folder)]


@pytest.mark.parametrize("has_origin", [True, False], ids=["origin/main", "no origin"])
@pytest.mark.parametrize(
    ("changed", "tells"), [({"calls": 105_000}, False), ({"calls": 105_001}, True), ({"queries": 30}, True), ({"bytes": 52_501}, True)]
)
def test_a_figure_may_not_rise_by_more_than_five_percent_over_main(repository, has_origin, changed, tells):
    if has_origin:
        origin(repository)
    keep(repository, "Show more on the desk", **changed)
    assert said(repository) == ([f"{DESK} main before"] if tells else [])


def test_small_rises_add_up_to_the_ten_percent_over_the_release(repository):
    for calls in (104_000, 109_000, 110_000):
        keep(repository, "Show a little more", calls=calls)
        assert said(repository) == []
    keep(repository, "Show a little more", calls=110_001)
    assert said(repository) == [f"{DESK} the last release"]


def test_a_reason_in_a_commit_holds_up_to_the_figure_it_names(repository):
    origin(repository)
    keep(repository, f"Show more\n\nCosts: {DESK}, calls 300000: it shows what waits for a deputy\n", calls=300_000)
    assert said(repository) == []
    keep(repository, "Show still more", calls=300_001)
    assert said(repository) == [f"{DESK} the last release", f"{DESK} main before"]


@pytest.mark.parametrize("reason", ["calls 300000:", "queries 300000: another figure", "calls: no figure"])
def test_a_reason_names_the_figure_and_says_why(repository, reason):
    keep(repository, f"Show more\n\nCosts: {DESK}, {reason}\n", calls=300_000)
    assert len(said(repository)) == 2


def test_a_reason_given_before_the_branch_left_main_does_not_hold_for_main(repository):
    keep(repository, f"Show more\n\nCosts: {DESK}, calls 300000: it shows what waits for a deputy\n", calls=102_000)
    origin(repository)
    keep(repository, "Show still more", calls=300_000)
    assert said(repository) == [f"{DESK} main before"]


def test_lines_that_are_not_committed_are_compared_with_the_commit(repository):
    keep(repository, "", calls=106_000)
    assert said(repository) == [f"{DESK} main before"]


def test_a_page_that_is_gone_is_named(repository):
    kept = Kept("3.11", "0.1.0", {CASE: RELEASED[CASE]}, RELEASED)
    (repository / hot_pages.FILE).write_text(hot_pages.written(kept), encoding="utf-8")
    assert said(repository) == [f"{DESK} main before"]
    git(repository, "commit", "--all", "--quiet", "--message", f"Leave out the desk\n\nCosts: {DESK}, calls 0: it is no page any more")
    assert said(repository) == []


def test_a_release_keeps_the_figures_of_now_and_forgets_older_reasons(repository):
    reason = f"Show more\n\nCosts: {DESK}, calls 300000: it shows what waits for a deputy\n"
    keep(repository, reason, calls=200_000)
    hot_pages.release("0.2.0", repository)
    kept = hot_pages.read((repository / hot_pages.FILE).read_text())
    assert (kept.version, kept.released) == ("0.2.0", kept.now)
    assert kept.released[DESK].calls == 200_000
    git(repository, "commit", "--all", "--quiet", "--message", "Mark version 0.2.0")
    assert hot_pages.released_in("0.2.0", repository).strip() == "Mark version 0.2.0"


def test_the_file_reads_as_it_was_written(repository):
    text = (repository / hot_pages.FILE).read_text()
    assert hot_pages.written(hot_pages.read(text)) == text
    with pytest.raises(ValueError, match="no line like"):
        hot_pages.read("officer's desk | 1 | 2 | 3 | - | - | -")
