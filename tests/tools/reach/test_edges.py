"""Each kind of edge, on a small made-up tree: which test modules a change chooses."""

import pytest

from scripts.reach.choosing import choice_between
from scripts.reach.store import Store
from tests.tools.reach.made_up import tree

FILES = {
    "trees/models.py": """
from django.db import models
class Tree(models.Model):
    height = models.IntegerField()
    def tall(self):
        return self.height > 5
    def old(self):
        return True
""",
    "trees/selectors.py": """
from trees.models import Tree
LIMIT = 5
def tall_trees(user):
    return [one for one in Tree.objects.all() if one.tall()]
def all_trees(user: Tree):
    return []
def late():
    from trees.felling import fell
    return fell
""",
    "trees/felling.py": "def fell(tree):\n    return tree\n",
    "trees/letters.py": """
from pathlib import Path
from trees.selectors import tall_trees
WORDS = Path(__file__).parent / "data" / "words.yaml"
def letter(tree):
    return WORDS.read_text() + tall_trees(tree)
def unread():
    return tall_trees(None)
""",
    "trees/data/words.yaml": "a: b\n",
    "trees/data/lost.yaml": "a: b\n",
    "trees/tasks.py": "def count():\n    return 1\n",
    "trees/management/commands/plant.py": """
from django.core.management.base import BaseCommand
class Command(BaseCommand):
    def handle(self):
        return 2
""",
    "trees/views.py": """
from django.shortcuts import render
from trees.selectors import all_trees
def tree(request):
    return render(request, "trees/tree.html", {"trees": all_trees(request.user)})
def leaf(request):
    return render(request, "trees/leaf.html")
""",
    "trees/feature.py": """
from django.urls import path
from greendistrict.core.features import Feature
from trees import views
FEATURE = Feature(pages={"": (path("tall/", views.tree, name="tree"), path("<int:pk>/leaf/", views.leaf, name="leaf"))})
""",
    "trees/templatetags/woods.py": """
from django import template
register = template.Library()
@register.filter
def metres(value):
    return value
""",
    "trees/wiring.py": """
from trees import letters
from woods.registry import register
from trees.selectors import all_trees
def _is_old(tree):
    return all_trees(tree) or True
ACTS = ("felled",)
def wire():
    register(letters.letter)
    register(ACTS)
""",
    "woods/registry.py": """
_letters = []
def register(letter):
    _letters.append(letter)
def written():
    return list(_letters)
""",
    "greendistrict/workflow/declaration.py": """
_procedures = {}
def procedures():
    return list(_procedures)
""",
    "trees/procedure.py": "TREE_STEPS = {'fell': 1}\n",
    "portal/root_urls.py": """
from django.urls import include, path
from greendistrict.core.features import routes_of
urlpatterns = [path("trees/", include(routes_of("trees"))), path("api/", include(routes_of("api")))]
""",
    "portal/middleware.py": "def first(get):\n    return get\n",
    "greendistrict/settings/base.py": 'MIDDLEWARE = ["portal.middleware.first"]\nTREES = 3\n',
    "greendistrict/settings/jobs.py": 'SCHEDULE = {"count": "trees.tasks.count"}\n',
    "trees/settings/lists.py": "NAMES = 'trees.felling.fell'\n",
    "trees/api/feature.py": """
from django.urls import path
from greendistrict.core.features import Feature
from trees.api import views
FEATURE = Feature(namespace="api", pages={"": (path("v1/rings/", views.rings, name="rings"),)})
""",
    "trees/api/views.py": "def rings(request):\n    return 1\n",
    "templates/base.html": '<link href="{% static "css/look.css" %}">{% block content %}{% endblock %}',
    "templates/trees/tree.html": '{% extends "base.html" %}{% include "trees/_line.html" %}{{ tree.old }}',
    "templates/trees/_line.html": "{{ tree.height|metres }}",
    "templates/trees/leaf.html": "leaf",
    "static/css/look.css": "a {}",
    "static/js/alone.js": "let a",
    "docs/trees.md": "# Trees",
    "tests/conftest.py": """
import pytest
from tests import counts
def pytest_sessionfinish():
    counts.keep("query_counts.txt", "of_tests.txt", "trees/test_late.py", "kept", "trees")
""",
    "tests/counts.py": "def keep(*names):\n    pass\n",
    "tests/query_counts.txt": "trees/test_task.py::test_task 3\ntrees/test_page.py::test_page tall 4\n",
    "tests/pages/of_tests.txt": "tests/trees/test_page.py::test_page\n",
    "tests/pages/kept/trees/tree.txt": "a tree",
    "tests/pages/kept/tests/trees/test_page/test_page.txt": "a page",
    "tests/pages/kept.py": "FOLDER = 'kept'\n",
    "tests/pages/test_pages.py": "from tests.pages.kept import FOLDER\ndef test_tree():\n    assert FOLDER\n",
    "tests/factories/trees.py": "from trees.models import Tree\ndef make_tree():\n    return Tree(height=9)\n",
    "tests/architecture/test_order.py": "def test_order():\n    pass\n",
    "tests/trees/conftest.py": """
import pytest
from trees.felling import fell
@pytest.fixture
def felled():
    return fell(None)
""",
    "tests/trees/test_selectors.py": "from trees.selectors import tall_trees\ndef test_tall():\n    assert tall_trees(None)\n",
    "tests/trees/test_late.py": "from trees import selectors\ndef test_late():\n    assert selectors.late()\n",
    "tests/trees/test_program.py": "PROGRAM = 'import sys\\nfrom trees.felling import fell'\ndef test_program(run):\n    run(PROGRAM)\n",
    "tests/trees/test_fixture.py": "def test_felled(felled):\n    assert felled\n",
    "tests/trees/test_page.py": """
from django.urls import reverse
def test_page(client):
    assert client.get(reverse("trees:tree"))
""",
    "tests/trees/test_address.py": "def test_address(client, pk):\n    assert client.get(f'/trees/{pk}/leaf/?a=b')\n",
    "tests/trees/test_beginning.py": "def test_beginning(sender, rest):\n    assert sender.get(f'/trees/{rest}')\n",
    "tests/trees/test_api.py": "def test_rings(sender):\n    assert sender.get('/api/v1/rings/')\n",
    "tests/trees/test_api_name.py": """
from django.urls import reverse
def test_rings(sender, name):
    assert sender.get(reverse(f"api:{name}s"))
""",
    "tests/trees/test_browser.py": "def test_page(browser):\n    browser.goto('/trees/tall/')\n",
    "tests/trees/test_words.py": "from trees.letters import letter\ndef test_letter():\n    assert letter(1)\n",
    "tests/trees/test_entry.py": """
from tests.factories.trees import make_tree
from woods.registry import written
def test_entry():
    assert make_tree() and written()
""",
    "tests/woods/test_registry.py": "from woods.registry import written\ndef test_written():\n    assert written()\n",
    "tests/trees/test_steps.py": """
from greendistrict.workflow.declaration import procedures
from tests.factories.trees import make_tree
def test_steps():
    assert make_tree() and procedures()
""",
    "tests/trees/test_command.py": "from django.core.management import call_command\ndef test_plant():\n    call_command('plant')\n",
    "tests/trees/test_task.py": "def test_task(app):\n    app.send_task('trees.tasks.count')\n",
    "tests/trees/test_setting.py": "def test_setting(settings):\n    assert settings.TREES\n",
}
PAGES = {"trees/test_page", "trees/test_browser", "trees/test_address", "trees/test_beginning"}
TALL = PAGES - {"trees/test_address"}
LETTERS = {"trees/test_words", "trees/test_entry", "woods/test_registry"}  # one writes it, two read the registry it is in
ALL = {path.removeprefix("tests/").removesuffix(".py") for path in FILES if "/test_" in path and path.endswith(".py")}


def chosen(path, old, new):
    """Modules that a change chooses, without the one that always runs."""
    files = {**FILES, path: FILES[path].replace(old, new)}
    assert files[path] != FILES[path]
    found = choice_between(tree(FILES), tree(files), [path], Store())
    return {test.removeprefix("tests/").removesuffix(".py") for test in found.reasons} - {"architecture/test_order"}


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        # a function: who calls it, whatever way it goes; who calls its neighbours does not
        ("trees/selectors.py", "return [one", "return 2 * [one", {"trees/test_selectors", *LETTERS}),
        ("trees/selectors.py", "return []", "return ()", TALL),
        ("trees/felling.py", "return tree", "return None", {"trees/test_late", "trees/test_fixture", "trees/test_program"}),
        # a method: who mentions it and reaches its class
        ("trees/models.py", "> 5", "> 6", {"trees/test_selectors", *LETTERS}),
        # a field: who reaches the class
        ("trees/models.py", "IntegerField()", "IntegerField(null=True)", {"trees/test_selectors", "trees/test_steps", *LETTERS}),
        # comments, documentation, layout
        ("trees/felling.py", "def fell(tree):", "# felled\ndef fell(tree):\n    '''Fell.'''", set()),
        # pages by name and by address, their templates and what those include, tags, the frame around every page
        ("trees/views.py", '"trees/leaf.html")', '"trees/leaf.html", {})', {"trees/test_address", "trees/test_beginning"}),
        ("trees/feature.py", "tall/", "high/", PAGES),
        ("templates/trees/_line.html", "height", "age", TALL),
        ("templates/base.html", "{% block", " {% block", TALL),
        ("trees/templatetags/woods.py", "return value", "return 1", TALL),
        ("portal/middleware.py", "return get", "return None", {"trees/test_page", "trees/test_address"}),
        # a procedure, which its app registers with all others: who asks for procedures and names something of its feature
        ("trees/procedure.py", "1", "2", {"trees/test_steps"}),
        # a list of addresses below an app, with a beginning of its own in the root list
        ("trees/api/views.py", "return 1", "return 2", {"trees/test_api", "trees/test_api_name"}),
        # static files: browsers that open a page with them
        ("static/css/look.css", "{}", "{ }", {"trees/test_browser"}),
        # data files, commands, tasks, settings by their names; that a task has its hour reaches no page
        ("trees/data/words.yaml", "b", "c", LETTERS),
        ("trees/management/commands/plant.py", "2", "3", {"trees/test_command"}),
        ("trees/tasks.py", "1", "2", {"trees/test_task"}),
        ("greendistrict/settings/base.py", "3", "4", {"trees/test_setting"}),
        # an entry of a registry: tests of the readers, and who reads it and names something of the entry's feature
        ("trees/letters.py", "WORDS.read_text()", "''", LETTERS),
        # what a function beside the entries returns: by what it names
        ("trees/wiring.py", "or True", "or False", TALL),
        # a constant beside the entries: who reads the registry that it goes into
        ("trees/wiring.py", "felled", "grown", LETTERS - {"trees/test_words"}),
        # what is kept for tests: the test that it is kept for, although a hook of all tests names the files
        ("tests/query_counts.txt", "tall 4", "tall 5", {"trees/test_page"}),
        ("tests/pages/of_tests.txt", "page\n", "page[1]\n", {"trees/test_page"}),
        ("tests/pages/kept/trees/tree.txt", "a", "the", {"pages/test_pages"}),
        ("tests/pages/kept/tests/trees/test_page/test_page.txt", "a", "the", {"trees/test_page"}),
        # a test: it alone, although one names it
        ("tests/trees/test_late.py", "assert", "assert not", {"trees/test_late"}),
        # docs: what always runs
        ("docs/trees.md", "Trees", "Woods", set()),
        # what nobody is known to read, and what every test depends on
        ("trees/data/lost.yaml", "b", "c", ALL - {"architecture/test_order"}),
        ("tests/conftest.py", "pytest", "os", ALL - {"architecture/test_order"}),
    ],
)
def test_a_change_chooses_what_can_reach_it(path, old, new, expected):
    assert chosen(path, old, new) == expected


def test_what_always_runs_is_chosen_with_every_change():
    found = choice_between(tree(FILES), tree(FILES), [], Store())
    assert found.reasons == {"tests/architecture/test_order.py": ["always"]}


def test_a_definition_that_is_gone_chooses_who_still_names_it():
    assert "trees/test_late" in chosen("trees/selectors.py", "def late", "def later")
