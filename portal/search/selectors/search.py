"""Search over everything that a person may see."""

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from portal.search.selectors import contents, duties, matters, people, rulebooks
from portal.search.selectors.actions import actions
from portal.search.selectors.guides import guide
from portal.search.selectors.hits import HitGroup, words_of
from portal.search.selectors.pages import pages

GROUPS = (
    matters.districts,
    matters.cases,
    matters.self_checks,
    duties.obligations,
    duties.messages,
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
    """Groups with hits for cleaned words, pages and actions of the seat first; keepers find those only. Its queries hang on the seat."""
    held = posts_of(user)
    if not words_of(text) or not held.roles:
        return []
    found = [pages(user, text), actions(user, text)]
    if not held.is_keeper:
        found += [of(user, text) for of in GROUPS]
    return [group for group in found if group.hits]
