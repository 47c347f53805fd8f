"""Declaration of a feature, and the gathering of all of them: each feature has a module ``feature.py`` with one or more ``Feature``.

Such a module imports views, so features are gathered when somebody first asks for them: most commands and tasks never do.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import chain, groupby
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NamedTuple, TypeVar

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path

Kind = TypeVar("Kind")
# Of two patterns that fit a path the more exact one is asked first: fixed text, then numbers, then any text.
EXACTNESS = {"": 0, "int": 1, "uuid": 1, "slug": 2, "str": 3, "path": 4}


class RecordedAct(NamedTuple):
    """A recorded act: its words, and the roles whose act it is, so that the audit record says for whom a deputy did it."""

    words: str
    roles: Collection[str] = ()


PALETTE = "操作"  # section of entries that only the command palette and the search offer
OWN = "我的"  # section of the menu of the person


class MenuEntry(NamedTuple):
    """An entry of the menu: its section, its position there, the roles that see it, and the name of the figure behind it.

    ``daily``: roles that use it in their daily work; it stands under 更多 for the others. Entries of the section ``OWN`` are in the
    menu of the person.
    """

    section: str
    position: int
    label: str
    url_name: str
    roles: frozenset[str]
    counter: str = ""
    daily: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Feature:
    """What a feature says of itself to the rest of the portal.

    ``pages``: URL patterns by the section of the guide that explains them, as ``page#heading`` (empty for what only programs read);
    ``public``: the same of pages that open without login; their views need no mark;
    ``namespace``: URL namespace of the pages, if it is not the label of the app; ``acts``: acts that the audit record holds, by code,
    besides steps of machines; ``decisive``: steps and acts that are asked twice, with a page of what they will do; ``tasks``: functions
    that find what waits for a viewer on the desk (``greendistrict.workflow.todo.Task``).

    By name, what holds for some of the pages: ``closed_to_experts``: experts get 404, because they see only what was assigned to them;
    ``proof``: asks for a recent proof of who is there (keepers' acts, what gives somebody a right or a program a key, exports of personal
    data; ``GD_REASK_MINUTES``), ``proof_to_send``: only before its form is taken; ``before_factor``: open to who has yet to set up a second
    factor or a new password; ``recorded``: its opening is in the audit record, once a day for each person, with these words before the
    path. Raises ``ValueError`` for a name that is no page of the feature.
    """

    pages: Mapping[str, tuple[URLPattern, ...]] = field(default_factory=dict)
    public: Mapping[str, tuple[URLPattern, ...]] = field(default_factory=dict)
    namespace: str = ""
    acts: Mapping[str, RecordedAct] = field(default_factory=dict)
    decisive: tuple[str, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    tasks: tuple[Callable[[Any], list[Any]], ...] = ()
    closed_to_experts: Collection[str] = ()
    proof: Collection[str] = ()
    proof_to_send: Collection[str] = ()
    before_factor: Collection[str] = ()
    recorded: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Mark the views of public pages for ``LoginRequiredMiddleware``, and look up the pages that are named."""
        for page in chain(*self.public.values()):
            login_not_required(page.callback)
        named = {*self.closed_to_experts, *self.proof, *self.proof_to_send, *self.before_factor, *self.recorded}
        if unknown := named - {page.name for _, pages in self.sections for page in pages}:
            msg = f"no page of the feature: {sorted(unknown)}"
            raise ValueError(msg)

    @property
    def sections(self) -> Iterator[tuple[str, tuple[URLPattern, ...]]]:
        """Sections of the guide with the pages that they explain; a section of both kinds of pages comes twice."""
        return chain(self.pages.items(), self.public.items())


def modules_named(name: str, package: str) -> Iterator[ModuleType]:
    """Modules ``name`` of a package and of the packages in it, imported, sorted by path; modules of a package ``name`` as well.

    There are none if ``package`` is a single module: what lies beside its file belongs to others.
    """
    for root in map(Path, getattr(import_module(package), "__path__", ())):
        for file in sorted({*root.glob(f"**/{name}.py"), *root.glob(f"**/{name}/*.py")}):
            parts = file.relative_to(root).with_suffix("").parts
            yield import_module(".".join((package, *(part for part in parts if part != "__init__"))))


def declared(kind: type[Kind], name: str) -> Iterator[tuple[str, Kind]]:
    """Values of a kind in the modules ``name`` of all apps, what features declare there, each with the label of its app."""
    for config in apps.get_app_configs():
        for module in modules_named(name, config.name):
            yield from ((config.label, value) for value in vars(module).values() if isinstance(value, kind))


@cache
def features() -> tuple[tuple[str, Feature], ...]:
    """All features, each with the namespace of its pages."""
    return tuple((value.namespace or label, value) for label, value in declared(Feature, "feature"))


@cache
def acts() -> Mapping[str, RecordedAct]:
    """All recorded acts by code. Raises ``ValueError`` for one that two features declare."""
    found: dict[str, RecordedAct] = {}
    for _, feature in features():
        if twice := found.keys() & feature.acts:
            msg = f"two features declare {sorted(twice)}"
            raise ValueError(msg)
        found |= feature.acts
    return found


@cache
def decisive_acts() -> frozenset[str]:
    """Steps (machine, dot, action) and other acts that are asked twice."""
    return frozenset(key for _, feature in features() for key in feature.decisive)


@cache
def public_pages() -> frozenset[str]:
    """Names of the pages that open without login, each with its namespace."""
    return frozenset(f"{space}:{page.name}" for space, feature in features() for page in chain(*feature.public.values()))


@cache
def pages_with(mark: Literal["closed_to_experts", "proof", "proof_to_send", "before_factor"]) -> frozenset[str]:
    """Names of the pages of all features for which this holds, each with its namespace."""
    return frozenset(f"{space}:{name}" for space, feature in features() for name in getattr(feature, mark))


@cache
def recorded_pages() -> Mapping[str, str]:
    """Words of the audit record by the name of the page, with its namespace, whose opening is recorded."""
    return {f"{space}:{name}": words for space, feature in features() for name, words in feature.recorded.items()}


def pages_of(namespace: str) -> list[URLPattern]:
    """Pages of a namespace in the order in which they are asked, those that begin with the same fixed text together."""
    found = (page for space, feature in features() if space == namespace for _, pages in feature.sections for page in pages)
    return sorted(found, key=lambda page: (_exactness(page)[0], _begin(page), _exactness(page)))


def routes_of(namespace: str) -> tuple[list[URLPattern | URLResolver], str]:
    """The argument of ``include``. Patterns with the same fixed beginning are under it, so that a request passes by all of them at once."""
    found: list[URLPattern | URLResolver] = []
    for begin, group in groupby(pages_of(namespace), key=_begin):
        pages = list(group)
        if len(pages) == 1 or "<" in begin:
            found += pages
            continue
        below = [path(str(page.pattern).removeprefix(begin), page.callback, page.default_args, page.name) for page in pages]
        found.append(path(begin, include(below)))
    return found, namespace


def _begin(page: URLPattern) -> str:
    first, slash, _ = str(page.pattern).partition("/")
    return first + slash


def _exactness(page: URLPattern) -> list[int]:
    kinds = (part.partition("<")[2].partition(":")[0] for part in str(page.pattern).split("/"))
    return [EXACTNESS[kind] for kind in kinds]
