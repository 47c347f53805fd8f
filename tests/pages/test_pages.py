"""Every page of the stored world in ``pages.txt`` shows what is kept of it (``make pages``)."""

import pytest

from tests.pages import found
from tests.pages.asked import asked
from tests.pages.kept import check
from tests.pages.lines import told
from tests.pages.papers import composed, paper
from tests.pages.world import shown, stored_world

PAGES = asked()
PAPERS = composed()
SELECTORS = found.texts()


@pytest.fixture(scope="module")
def world(tmp_path_factory, django_db_blocker):
    with django_db_blocker.unblock(), stored_world(tmp_path_factory.mktemp("pages") / "portal"):
        yield


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_what_is_kept(world, name):
    check(name, lambda: told(shown(page, name) for page in PAGES[name]))


@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_says_what_is_kept(world, kind):
    check(f"papers/{kind}", lambda: told([paper(kind)]))


@pytest.mark.parametrize("name", SELECTORS)
def test_selectors_find_what_is_kept(world, name):
    check(name, lambda: found.told(SELECTORS[name]))
