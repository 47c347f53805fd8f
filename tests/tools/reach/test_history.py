"""``make check`` against the history: commits that broke something, and a test that was there before and shows it.

Each row names the commit that broke something, the one that mended it and a test module that failed in between and passed again. Neither
commit touches the module, so it is not chosen for having changed. What is chosen for the breaking commit must hold it.
"""

import pytest

from scripts.reach import KEPT, Store
from scripts.reach.choosing import choice_of
from scripts.reach.tree import git

pytestmark = [pytest.mark.area("scripts/reach")]  # reads the whole tree of each commit
MENDED = [
    # the frame linked to pages that a site without them does not have
    ("caca8ac7", "f8fecc3e", "tests/ui/test_shell.py"),
    # an action had no words in the audit record
    ("d40be784", "666139a8", "tests/audit/test_action_labels.py"),
    # seats of a new state machine were not named in the guide
    ("bc2a61ab", "00eb1b9e", "tests/architecture/test_guide.py"),
    # the guide linked to a page that it did not know to be open to all
    ("48cda980", "d823ca16", "tests/architecture/test_guide.py"),
    # a module was imported from where it had been before: no process of the portal started
    ("28e5558a", "c65cb00f", "tests/outreach/stories/test_stories.py"),
    # a list read the settings again for each row
    ("a4667692", "f6b9f3bc", "tests/obligations/test_pages.py"),
    # two forms had one name
    ("8995d562", "3ce264bb", "tests/architecture/test_vocabulary.py"),
    # a list was ordered by a name that no column stores
    ("39928686", "f854a62a", "tests/architecture/test_sorting.py"),
    # cases of the demo were put into a batch of real ones by a factory of the tests
    ("32751520", "2deba224", "tests/approvals/casework/test_dossier_loss.py"),
    # the tests' middleware asked a form that nobody signed in for to say something
    ("d6641a46", "3f2ab206", "tests/architecture/test_access.py"),
]


@pytest.fixture(scope="module")
def store():
    """Facts of files by content, kept beside those that ``make check-times`` reads."""
    found = Store(KEPT.with_name("facts-of-commits.pickle"))
    found.load()
    yield found
    found.save()


def test_the_history_is_whole():
    """A clone without it could compare nothing: ``git fetch --unshallow`` brings it."""
    assert git("rev-parse", "--is-shallow-repository").strip() == "false", "the history is shallow: git fetch --unshallow"


@pytest.mark.parametrize(("breaking", "mending", "shows"), MENDED)
def test_the_test_that_shows_a_break_is_chosen(store, breaking, mending, shows):
    touched = "".join(git("show", "--format=", "--name-only", commit) for commit in (breaking, mending)).splitlines()
    assert shows not in touched, "a test that a commit touched itself is chosen for that"
    git("merge-base", "--is-ancestor", breaking, mending)
    assert shows in choice_of(breaking, store).reasons
