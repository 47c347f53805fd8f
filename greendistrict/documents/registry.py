"""Owners of files: an app registers who sees an owner's files and who may add to them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.errors import Refusal, Refused
from greendistrict.core.integers import whole
from greendistrict.core.registry import Registry
from greendistrict.documents.models import Evidence

VisibleTo = Callable[[Viewer], QuerySet[Model]]
MayAdd = Callable[[HeldPosts, Model], bool]
OnSide = Callable[[HeldPosts, Any], bool]
LibraryOf = Callable[[Any], str]
NameOf = Callable[[Any], str]


def nobody(held: HeldPosts, owner: Any) -> bool:
    """Default for an owner without a side of its own: only the city reads its classified files."""
    del held, owner
    return False


@dataclass(frozen=True)
class ReasonGate:
    """Kinds of an owner's files that open only while ``opened(viewer, subject)`` is true, which requires a stated reason."""

    kinds: frozenset[str]
    opened: Callable[[Viewer, str], bool]


@dataclass(frozen=True)
class Owner:
    """A registered model that owns files."""

    model: type[Model]
    visible_to: VisibleTo
    may_add: MayAdd
    library: LibraryOf | None = None
    blind: NameOf | None = None
    on_side: OnSide = nobody
    gate: ReasonGate | None = None


@dataclass(frozen=True)
class HandedOver:
    """What becomes of a file that another app has taken over.

    ``why_locked(evidence)`` is the reason why it may not be changed, or an empty text. ``follow_level(evidence, by)`` is called after a
    change of its confidentiality in the same transaction; it raises ``Refused`` if the file must keep its level.
    """

    why_locked: Callable[[Evidence], str]
    follow_level: Callable[[Evidence, User], None]


_owners: Registry[Owner] = Registry(
    "owners of files",
    entry="of a model that owns files: whose files a person opens, to which they may add, and which kinds open only after a stated reason",
)
_readers: Registry[Callable[[Viewer, UUID], bool]] = Registry(
    "readers of files by key",
    entry="who else may open a file: whoever sees a row that links it, or was handed its key (papers of a review)",
)
_volumes: Registry[HandedOver] = Registry(
    "files handed over",
    entry="a file in a volume: why it cannot be replaced any more, what goes along when it gets another confidentiality",
)


def register_owner(
    model: type[Model],
    visible_to: VisibleTo,
    may_add: MayAdd,
    library: LibraryOf | None = None,
    *,
    blind: NameOf | None = None,
    on_side: OnSide = nobody,
    gate: ReasonGate | None = None,
) -> None:
    """Called in ``AppConfig.ready()``. ``visible_to(viewer)`` returns the owners whose files the user may open.

    ``library(owner)`` names what several owners keep their files in together, such as a district and its score tables: a file of one
    may be the next version of a file of another. ``blind(owner)`` names a file whose author must not be shown: files of such an owner get
    that name, and lose what identifies their author. ``on_side(held, owner)`` says whose people, beside the city's, read its classified
    files. ``gate`` names the kinds of files that open only after a stated reason.
    """
    _owners.register(model._meta.label_lower, Owner(model, visible_to, may_add, library, blind, on_side, gate))


def same_library(owner: Model, evidence: Evidence) -> bool:
    """Whether a file belongs to this owner or to one that shares its files."""
    if evidence.owner == f"{owner._meta.label_lower}:{owner.pk}":
        return True
    mine, other = _owners.by_key[owner._meta.label_lower], _owners.by_key[evidence.owner.partition(":")[0]]
    return bool(mine.library and other.library) and mine.library(owner) == other.library(owner_object(evidence))  # type: ignore[misc]  # both are not None


def owner_of(label: str) -> Owner:
    """Owner by model label. Raises ``KeyError``."""
    return _owners.by_key[label]


def is_shut(viewer: Viewer, evidence: Evidence) -> bool:
    """Whether the file needs a stated reason that the viewer has not given."""
    gate = _owners.by_key[evidence.owner.partition(":")[0]].gate
    return gate is not None and evidence.kind in gate.kinds and not gate.opened(viewer, evidence.owner)


def gated_files() -> Q:
    """Files that need a stated reason, for any person."""
    gates = ((label, owner.gate.kinds) for label, owner in _owners.by_key.items() if owner.gate)
    return reduce(or_, (Q(owner__startswith=f"{label}:", kind__in=kinds) for label, kinds in gates), Q(pk__in=()))


def owner_seen(viewer: Viewer, subject: str) -> Model:
    """Owner by ``app.model:pk``, if the viewer may see it or add files to it. Raises ``Http404``."""
    label, _, key = subject.partition(":")
    owner = _owners.by_key.get(label)
    if owner is None or whole(key) is None:
        raise Http404
    found = owner.visible_to(viewer).filter(pk=key).first()
    if found is None:
        hidden = owner.model._default_manager.filter(pk=key).first()
        found = hidden if hidden is not None and owner.may_add(viewer.held, hidden) else None
    if found is None:
        raise Http404
    return found


def owner_object(evidence: Evidence) -> Model:
    """The owner of a file. Raises ``DoesNotExist``."""
    return _found(evidence.owner)


def _found(subject: str) -> Model:
    label, _, key = subject.partition(":")
    return _owners.by_key[label].model._default_manager.get(pk=key)


def is_on_side(held: HeldPosts, subject: str) -> bool:
    """Whether the person belongs to the side of an owner (``app.model:pk``) that may read its classified files."""
    return _owners.by_key[subject.partition(":")[0]].on_side(held, _found(subject))


def may_add_to(held: HeldPosts, evidence: Evidence) -> bool:
    """Whether the person may add a file to the owner, or the next version of this one."""
    label = evidence.owner.partition(":")[0]
    return _owners.by_key[label].may_add(held, owner_object(evidence))


def owners() -> tuple[Owner, ...]:
    """All registered owners."""
    return tuple(_owners)


def register_reader(key: str, reads: Callable[[Viewer, UUID], bool]) -> None:
    """Register a rule by which a file may be opened without its owner, such as the papers of a review."""
    _readers.register(key, reads)


def through_links(links_visible_to: Callable[[Viewer], QuerySet[Any]]) -> Callable[[Viewer, UUID], bool]:
    """Rule that files open through rows that link them: ``links_visible_to(viewer)`` returns visible rows with a ``document``.

    For example, a file proves a clause of another owner's table: people who read that clause may open it.
    """
    return lambda viewer, key: links_visible_to(viewer).filter(document__key=key).exists()


def readers() -> tuple[Callable[[Viewer, UUID], bool], ...]:
    """All registered readers."""
    return tuple(_readers)


def register_handed_over(key: str, handed: HandedOver) -> None:
    """Register an app that takes files over."""
    _volumes.register(key, handed)


def refuse_locked(evidence: Evidence) -> None:
    """Raise ``Refused`` with all reasons why a file may not be changed."""
    if found := [words for handed in _volumes if (words := handed.why_locked(evidence))]:
        raise Refused([Refusal(words) for words in found])


def follow_level(evidence: Evidence, by: User) -> None:
    """Take a change of a file's confidentiality along wherever it was handed over. Raises ``Refused``."""
    for handed in _volumes:
        handed.follow_level(evidence, by)
