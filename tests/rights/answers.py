"""What the rules and selectors answer to each person of the stored world (``tests.pages.world``) about its rows.

Asked is every function ``may_…`` and ``…_visible_to``, and every other yes or no that takes who asks first, in whatever module it stands;
it is named by its feature, so that moving it within the feature changes nothing. Beside the people of the story those whose rights come or
go: two posts, deputies in both kinds of bodies, posts over since yesterday or from tomorrow on.
"""

import ast
import datetime as dt
import hashlib
import typing
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib import import_module
from types import UnionType

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet

from greendistrict.accounts.models import Delegation, Post, User
from greendistrict.accounts.selectors import HeldPosts, posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from tests.architecture.registries import dotted
from tests.architecture.sources import sources
from tests.factories.accounts import PostFactory, UserFactory

DAY = dt.timedelta(days=1)
ROWS = 12  # of a model about which a rule is asked
WORDS = 40  # ranges of keys that are written out; of more their digest
ANY = {Model, object, typing.Any}
WHO = {HeldPosts: posts_of, Viewer: Viewer}  # what a function takes of somebody, if it is not the user


class Asked(typing.NamedTuple):
    """A function and the models of the rows that it takes after who asks, an empty tuple where it takes none."""

    name: str
    call: Callable[..., object]
    about: tuple[type[Model], ...]


def people() -> dict[str, User | AnonymousUser]:
    """Everybody of the story by user name, and those whose rights come and go by what they are."""
    today = clock.today()
    first = {role: _first(role) for role in ("preparer", "reviewer", "city_officer", "bureau", "expert", "secretariat")}

    def person(name, *posts, **more):
        user = UserFactory(username=name, name=name, **more)
        for role, body, days in posts:
            PostFactory(user=user, organisation=body, role=role, **days)
        return user

    applicant, city = first["preparer"].organisation, first["city_officer"].organisation
    always, over, soon = {}, {"valid_to": today - DAY}, {"valid_from": today + DAY}
    person("two posts", ("preparer", applicant, always), ("bureau", first["bureau"].organisation, always))
    person("post over since yesterday", ("city_officer", city, over))
    person("post from tomorrow on", ("city_officer", city, soon))
    person("one post over", ("reviewer", applicant, over), ("bureau", first["bureau"].organisation, always))
    disabled = person("disabled", ("city_officer", city, always), is_active=False)
    for name, role, post in (
        ("deputy of a preparer", "consultant", first["preparer"]),
        ("deputy of a reviewer", "preparer", first["reviewer"]),
        ("deputy of an officer", "city_checker", first["city_officer"]),
        ("deputy of a disabled officer", "city_checker", disabled.posts.get()),
    ):
        deputy = person(name, (role, post.organisation, always))
        _delegate(post, deputy, today + DAY)
    late = person("deputy until yesterday", ("city_checker", city, always))
    _delegate(first["city_officer"], late, today - DAY)
    found = {user.username: user for user in User.objects.order_by("username")}
    return {**found, "nobody": AnonymousUser()}


def _delegate(post, deputy, last):
    Delegation.objects.create(
        post=post, deputy=deputy, first=last - 9 * DAY, last=last, reason="（虚构）", given_by=post.user, given_at=clock.now()
    )


def _first(role):
    return Post.objects.filter(role=role, ended_at=None, user__is_active=True).select_related("organisation").order_by("pk")[0]


def asked() -> tuple[list[Asked], list[str]]:
    """What is asked, by name, and the names of functions that take what the stored world has no rows of."""
    found, left = [], []
    for source in sources():
        module = dotted(source.path)
        for node in source.tree.body:
            if isinstance(node, ast.FunctionDef) and _decides(node):
                name = ".".join([*module.split(".")[: 2 if module.count(".") > 1 else 1], node.name])
                one = _taken(name, getattr(import_module(module), node.name))
                (left.append(name) if one is None else found.append(one))
    return sorted(found, key=lambda one: one.name), sorted(left)


def _decides(node: ast.FunctionDef) -> bool:
    is_rule = node.returns is not None and ast.unparse(node.returns) == "bool" and not node.name.startswith("_")
    first = node.args.args[0] if node.args.args else None
    takes_somebody = (
        first is not None and first.annotation is not None and ast.unparse(first.annotation).startswith(("User", "Viewer", "HeldPosts"))
    )
    named = node.name.startswith("may_") or node.name.endswith("_visible_to")
    return takes_somebody and not node.args.kwonlyargs and (is_rule or named)


def _taken(name, call) -> Asked | None:
    hints = typing.get_type_hints(call)
    first, *needed = [hints[one] for one in list(hints)[:-1] if one not in _defaults(call)]
    days = [clock.today() for one in needed if one is dt.date]
    about = [_models(one, name) for one in needed[len(days) :]]
    if len(about) > 1 or not all(about):
        return None
    who = WHO.get(first, lambda user: user)
    return Asked(name, lambda user, *rows: call(who(user), *days, *rows), about[0] if about else ())


def _defaults(call) -> set[str]:
    names = call.__code__.co_varnames[: call.__code__.co_argcount]
    return set(names[len(names) - len(call.__defaults__ or ()) :])


def _models(hint, name) -> tuple[type[Model], ...]:
    if hint in ANY or getattr(hint, "_is_protocol", False):  # a matter or the owner of a file, of whatever kind
        feature = ".".join(name.split(".")[:2])
        within = [feature, *(() if feature.startswith("greendistrict.") else [feature.partition(".")[0]])]
        found = ([model for model in apps.get_models() if model.__module__.startswith(f"{place}.")] for place in within)
        return tuple(next(filter(None, found), ()))
    options = typing.get_args(hint) if typing.get_origin(hint) in {UnionType, typing.Union} else (hint,)
    return tuple(one for one in options if isinstance(one, type) and issubclass(one, Model) and not one._meta.abstract)


def lines() -> Iterator[str]:
    """One line for each answer: function, rows it is about, who is answered so, and the keys."""
    seats = people()
    functions, left = asked()
    for one in functions:
        answers = defaultdict(list)
        rows = [row for model in one.about for row in _spread(model)]
        for seat, user in seats.items():
            answers[_answer(one, user, rows)].append(seat)
        most = max(answers, key=lambda answer: (len(answers[answer]), answer))
        yield from (f"{one.name}: {', '.join(seats)}: {answer}" for answer, seats in answers.items() if answer != most)
        yield f"{one.name}: others: {most}"
    yield from (f"not asked: {name}" for name in left)


def _spread(model):
    keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    step = max(1, len(keys) // ROWS)
    return list(model._default_manager.filter(pk__in=keys[::step][:ROWS]).order_by("pk"))


def _answer(one: Asked, user, rows) -> str:
    if not one.about:
        return _said(one.call, user)
    by_answer = defaultdict(list)
    for row in rows:
        by_answer[_said(one.call, user, row)].append(f"{row._meta.model_name} {row.pk}")
    by_answer.pop("False", None)
    return "; ".join(f"{answer}: {_keys(names)}" for answer, names in sorted(by_answer.items())) or "False"


def _said(call, user, *more) -> str:
    try:
        answer = call(user, *more)
    except (AttributeError, TypeError, KeyError) as error:  # not what it is about
        return type(error).__name__
    if isinstance(answer, QuerySet):
        return f"{answer.model._meta.label_lower} {_keys(str(key) for key in answer.order_by().values_list('pk', flat=True))}"
    if isinstance(answer, bool):
        return str(answer)
    return _keys(str(getattr(one, "key", one)) for one in answer)


def _keys(names) -> str:
    """Keys written out, numbers as ranges; of many their number and digest."""
    numbers, words = set(), []
    for name in names:
        kind, _, key = name.rpartition(" ")
        (numbers.add((kind, int(key))) if key.isdigit() else words.append(name))
    found = sorted(words)
    for kind, number in sorted(numbers):
        if (kind, number - 1) not in numbers:
            last = number
            while (kind, last + 1) in numbers:
                last += 1
            found.append(f"{kind} {number}-{last}".strip() if last > number else f"{kind} {number}".strip())
    whole = ", ".join(found)
    return whole if len(found) <= WORDS else f"{len(found)} ranges {hashlib.sha256(whole.encode()).hexdigest()[:12]}"
