"""Sentences for people name districts, bodies and people by their names, never by the code or key that addresses are made of."""

import ast
import re

from tests.architecture.sources import nodes, said

ASIDE = re.compile(r"/(bench|demo|management)/")
HAN = re.compile(r"[\u4e00-\u9fff]")
# An edition and a policy are known by their numbers (DG/TJ 08-2253-2024); everything else with a code or slug has a name.
NUMBERED = "".join(f"(?<!{name})" for name in ("edition", "policy", "old", "new", "rules", "self"))
SLUG = re.compile(rf"{NUMBERED}\.code\b|\.slug\b|\.username\b|\b(district|body|organisation)_code\b")
ALLOWED = {  # what is said of an account: the name to sign in with is its subject
    ("assessments/experts/procedure.py", "user.username"),
    ("greendistrict/accounts/links.py", "link.user.username"),
    ("greendistrict/accounts/links.py", "user.username"),
    ("greendistrict/accounts/invitations.py", "person.username"),
    ("greendistrict/accounts/unused.py", "locked.username"),
}


def words(node):
    return "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))


def sentences():
    """What formatted strings with Chinese words in them are made of, with the file of each."""
    for source, node in nodes(ast.JoinedStr):
        if HAN.search(words(node)) and not ASIDE.search(source.path):
            yield from ((source.path, said(one.value)) for one in node.values if isinstance(one, ast.FormattedValue))


def test_no_sentence_is_made_of_a_slug():
    assert [one for one in sentences() if SLUG.search(one[1]) and one not in ALLOWED] == []
