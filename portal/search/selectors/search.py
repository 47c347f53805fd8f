"""Search over everything that a person may see."""

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from portal.search.selectors import contents, matters, people, rulebooks
from portal.search.selectors.guides import guide
from portal.search.selectors.hits import HitGroup, words_of
from portal.search.selectors.pages import pages

GROUPS = (
    matters.districts,
    matters.cases,
    matters.self_checks,
    contents.plots,
    contents.projects,
    contents.works,
    contents.files,
    rulebooks.clauses,
    rulebooks.rules,
    guide,
    people.bodies,
    people.experts,
    matters.volumes,
)


def search(user: User, text: str) -> list[HitGroup]:
    """Groups with hits for cleaned words, pages of the menu first; keepers find pages only. The number of queries hangs on the seat."""
    held = posts_of(user)
    if not words_of(text) or not held.roles:
        return []
    found = [pages(user, text)]
    if not held.is_keeper:
        found += [of(user, text) for of in GROUPS]
    return [group for group in found if group.hits]
