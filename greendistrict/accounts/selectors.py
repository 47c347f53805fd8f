"""Posts of a person today: the one place that turns posts into rights."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from greendistrict.accounts.enums import CITY, KEEPERS, LOWEST_RANK, RANKS, OrganisationKind, Role
from greendistrict.accounts.models import Organisation, PasswordLink, Post, User
from greendistrict.core import clock
from greendistrict.core.sql_objects import Joined

RECENT = dt.timedelta(days=30)
# Organisations with the first day on which somebody held a post in them, for statements of upper apps.
JOINED_ROWS = "SELECT organisation_id, min(valid_from) AS joined FROM accounts_post GROUP BY organisation_id"
# Every request asks who somebody is. Other names of an organisation are read when somebody wants them.
POSTS = Joined(
    """
    SELECT {post}, {body} FROM accounts_post post JOIN accounts_organisation body ON body.id = post.organisation_id
    WHERE post.user_id = %s AND post.valid_from <= %s AND (post.valid_to IS NULL OR post.valid_to >= %s) ORDER BY post.id
    """,
    post=(Post, [field.name for field in Post._meta.concrete_fields]),
    body=(Organisation, [field.name for field in Organisation._meta.concrete_fields if field.name != "aliases"]),
)


@dataclass(frozen=True)
class HeldPosts:
    """The posts a person holds today."""

    posts: tuple[Post, ...] = ()
    by_role: dict[str, frozenset[int]] = field(default_factory=dict)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Roles held."""
        return frozenset(self.by_role)

    @cached_property
    def organisation_ids(self) -> frozenset[int]:
        """Organisations a post is held in."""
        return frozenset().union(*self.by_role.values())

    @cached_property
    def organisations(self) -> tuple[Organisation, ...]:
        """Organisations a post is held in, first post first."""
        return tuple({post.organisation_id: post.organisation for post in self.posts}.values())

    @property
    def is_city(self) -> bool:
        """Whether a post of the city's commission is held."""
        return bool(self.roles & CITY)

    @property
    def is_keeper(self) -> bool:
        """Whether this is one of the three keepers, who see no business data."""
        return bool(self.roles & KEEPERS)

    def has(self, *roles: str) -> bool:
        """Whether any of the roles is held."""
        return bool(self.roles.intersection(roles))

    def organisations_as(self, *roles: str) -> frozenset[int]:
        """Ids of the organisations in which any of the roles is held."""
        return frozenset().union(*(self.by_role.get(role, frozenset()) for role in roles))

    @property
    def admin_of(self) -> frozenset[int]:
        """Organisations whose people this person may look after."""
        return frozenset(post.organisation_id for post in self.posts if post.is_admin)


NO_SEATS = HeldPosts()


def posts_of(user: User | AnonymousUser | None) -> HeldPosts:
    """Posts held today; one query, kept on the user object for the request."""
    if not isinstance(user, User) or not user.is_active:
        return NO_SEATS
    day = clock.today()
    cached: tuple[object, HeldPosts] | None = user.__dict__.get("_seats")
    if cached and cached[0] == day:
        return cached[1]
    current = tuple(_posts_of(user, day))
    by_role: dict[str, set[int]] = {}
    for post in current:
        by_role.setdefault(post.role, set()).add(post.organisation_id)
    found = HeldPosts(current, {role: frozenset(ids) for role, ids in by_role.items()})
    user.__dict__["_seats"] = (day, found)
    return found


def _posts_of(user: User, day: dt.date) -> list[Post]:
    found = []
    for row in POSTS.read(user.pk, day, day):
        post: Post = row["post"]
        post.organisation = row["body"]
        found.append(post)
    return found


def holders(*roles: str, organisation_ids: set[int] | frozenset[int] | None = None) -> QuerySet[User]:
    """Active people who hold one of the roles today, narrowed to organisations when given."""
    condition = _post_today() & Q(posts__role__in=roles)
    if organisation_ids is not None:
        condition &= Q(posts__organisation_id__in=organisation_ids)
    return User.objects.filter(condition, is_active=True).distinct().order_by("pk")


def administrators(organisation_ids: set[int] | frozenset[int]) -> QuerySet[User]:
    """Active people who look after one of the organisations today."""
    condition = _post_today() & Q(posts__organisation_id__in=organisation_ids, posts__is_admin=True)
    return User.objects.filter(condition, is_active=True).distinct().order_by("pk")


def _post_today() -> Q:
    day = clock.today()
    return (Q(posts__valid_to__isnull=True) | Q(posts__valid_to__gte=day)) & Q(posts__valid_from__lte=day)


def users_visible_to(user: User) -> QuerySet[User]:
    """Users whose accounts this person may administer.

    Keepers: all. An organisation's administrator: those whose only posts are there and none of a higher seat than the own. A post that
    has ended hands nobody over.
    """
    held = posts_of(user)
    if held.has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER):
        return User.objects.order_by("username")
    posts = Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today()), user=OuterRef("pk"))
    reached = Q(pk__in=[])
    for body in held.admin_of:
        own = max(RANKS.get(Role(post.role), LOWEST_RANK) for post in held.posts if post.organisation_id == body)
        reached |= Q(organisation_id=body) & ~Q(role__in=[role for role, rank in RANKS.items() if rank > own])
    people = User.objects.filter(Exists(posts.filter(reached))).exclude(Exists(posts.exclude(reached)))
    return people.order_by("username")


def is_keeper(user: User) -> bool:
    """Whether the person holds, held or will hold a keeper's post; changes of such an account need two keepers."""
    return Post.objects.filter(user=user, role__in=sorted(KEEPERS)).exists()


def may_look_after(by: User, user: User) -> bool:
    """Whether ``by`` may disable this account or reset its password; a keeper's account is administered by the other keepers only."""
    if not users_visible_to(by).filter(pk=user.pk).exists():
        return False
    return posts_of(by).has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER) or not is_keeper(user)


def organisations_visible_to(user: User) -> QuerySet[Organisation]:
    """All organisations but the employers of experts, for everybody signed in."""
    held = posts_of(user)
    if held.is_city or held.is_keeper or held.has(Role.SECRETARIAT):
        return Organisation.objects.all()
    if not held.roles:
        return Organisation.objects.none()
    return Organisation.objects.filter(~Q(kind=OrganisationKind.EXPERT) | Q(pk__in=held.organisation_ids))


def has_people_by(body: str, day: str) -> Exists:
    """Whether somebody held a post in the body that the field ``body`` names by the day that the field ``day`` names, as an expression.

    What fell due before a body's people began to work in the portal reads 无记录.
    """
    return Exists(Post.objects.filter(organisation=OuterRef(body), valid_from__lte=OuterRef(day)).order_by())


def person_named(username: str) -> User | None:
    """Person whose account has this name, however it is typed; None for an empty or unknown one."""
    try:
        return User.objects.get_by_natural_key(username) if username else None
    except User.DoesNotExist:
        return None


def organisation_named(name: str) -> Organisation | None:
    """Organisation of this name or alias; None for an empty or unknown one."""
    named = Q(name=name) | Q(aliases__contains=[name])
    return Organisation.objects.filter(named).order_by("pk").first() if name else None


def recent_links() -> QuerySet[PasswordLink]:
    """Links of the last month, newest first."""
    since = clock.now() - RECENT
    return PasswordLink.objects.filter(asked_at__gte=since).select_related("user", "asked_by", "released_by").order_by("-pk")
