"""Current posts of a person; the only module that derives rights from posts."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from operator import attrgetter

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from greendistrict.accounts.enums import CITY, KEEPERS, LOWEST_RANK, RANKS, OrganisationKind, Role
from greendistrict.accounts.models import Delegation, Organisation, PasswordLink, Post, User
from greendistrict.accounts.post_rules import held_on, not_over
from greendistrict.core import clock
from greendistrict.core.django_internals import CompiledFor, Joined
from greendistrict.core.folded_keys import Folded, folded

NOBODY = 0
RECENT = dt.timedelta(days=30)
# Organisations with the first day on which somebody held a post in them, for SQL statements of other apps.
JOINED_ROWS = "SELECT organisation_id, min(valid_from) AS joined FROM accounts_post GROUP BY organisation_id"
# Read by every request; an organisation's aliases are therefore deferred.
POSTS = Joined(
    """
    SELECT {post}, {body}, false, EXISTS (SELECT 1 FROM accounts_delegation WHERE deputy_id = post.user_id)
    FROM accounts_post post JOIN accounts_organisation body ON body.id = post.organisation_id
    WHERE post.user_id = %s AND post.valid_from <= %s AND (post.valid_to IS NULL OR post.valid_to >= %s) AND post.ended_at IS NULL
    UNION ALL
    SELECT {post}, {body}, true, true FROM accounts_delegation given
    JOIN accounts_post post ON post.id = given.post_id JOIN accounts_organisation body ON body.id = post.organisation_id
    JOIN accounts_user giver ON giver.id = post.user_id AND giver.is_active
    WHERE given.deputy_id = %s AND given.ended_at IS NULL AND %s BETWEEN given.first AND given.last
    AND post.valid_from <= %s AND (post.valid_to IS NULL OR post.valid_to >= %s) AND post.ended_at IS NULL
    AND EXISTS (
        SELECT 1 FROM accounts_post own WHERE own.user_id = given.deputy_id AND own.organisation_id = post.organisation_id
        AND own.valid_from <= %s AND (own.valid_to IS NULL OR own.valid_to >= %s) AND own.ended_at IS NULL
    )
    """,
    post=(Post, [field.name for field in Post._meta.concrete_fields]),
    body=(Organisation, [field.name for field in Organisation._meta.concrete_fields if field.name != "aliases"]),
)


@dataclass(frozen=True)
class HeldPosts:
    """Posts that a person holds on a day; ``delegated`` are those held on behalf of others. What rules decide by.

    ``person`` is the user's key: that of somebody whose account is disabled stands beside no posts, nobody's is 0, which no row has.
    """

    day: dt.date
    person: int = NOBODY
    posts: tuple[Post, ...] = ()
    by_role: dict[str, frozenset[int]] = field(default_factory=dict)
    delegated: tuple[Post, ...] = ()
    was_deputy: bool = False  # currently or in the past

    @property
    def is_somebody(self) -> bool:
        """Whether it is a person with an account, who may have no posts."""
        return self.person != NOBODY

    @cached_property
    def own(self) -> tuple[Post, ...]:
        """The person's own posts."""
        return tuple(post for post in self.posts if post not in self.delegated)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Roles held."""
        return frozenset(self.by_role)

    @cached_property
    def organisation_ids(self) -> frozenset[int]:
        """Ids of the organisations in which a post is held."""
        return frozenset().union(*self.by_role.values())

    @cached_property
    def organisations(self) -> tuple[Organisation, ...]:
        """Organisations in which a post is held, in the order of the posts."""
        return tuple({post.organisation_id: post.organisation for post in self.posts}.values())

    @property
    def is_city(self) -> bool:
        """Whether a post of the city's commission is held."""
        return bool(self.roles & CITY)

    @property
    def is_keeper(self) -> bool:
        """Whether the person is one of the three kinds of keepers, who see no business data."""
        return bool(self.roles & KEEPERS)

    def has(self, *roles: str) -> bool:
        """Whether any of the roles is held."""
        return bool(self.roles.intersection(roles))

    def organisations_as(self, *roles: str) -> frozenset[int]:
        """Ids of the organisations in which any of the roles is held."""
        return frozenset().union(*(self.by_role.get(role, frozenset()) for role in roles))

    @property
    def sight(self) -> str:
        """The seats as text: whoever holds the same ones reads the same, but for what is theirs alone."""
        return " ".join(sorted(f"{role}:{body}" for role, bodies in self.by_role.items() for body in bodies))

    @property
    def admin_of(self) -> frozenset[int]:
        """Ids of the organisations whose people this person administers; delegated posts do not count."""
        return frozenset(post.organisation_id for post in self.own if post.is_admin)

    @property
    def alone(self) -> "HeldPosts":
        """Only the person's own posts."""
        return _held(self.day, self.person, self.own)

    def standing_in(self, post: Post) -> "HeldPosts":
        """The person's own posts and one of the delegated ones."""
        return _held(self.day, self.person, self.own, (post,))


def posts_in(sight: str) -> HeldPosts:
    """The seats of a ``sight``, held by nobody."""
    seats = [seat.split(":") for seat in sight.split()]
    bodies = Organisation.objects.in_bulk({int(body) for _, body in seats})
    return _held(clock.today(), NOBODY, (Post(role=role, organisation=bodies[int(body)]) for role, body in seats))


def posts_of(user: User | AnonymousUser | None) -> HeldPosts:
    """Posts held today; one query, cached on the user object for the request."""
    day = clock.today()
    if user is None or isinstance(user, AnonymousUser):
        return HeldPosts(day)
    if not user.is_active:
        return HeldPosts(day, user.pk)
    cached: tuple[object, HeldPosts] | None = user.__dict__.get("_seats")
    if cached and cached[0] == day:
        return cached[1]
    own, delegated, was_deputy = _posts_of(user, day)
    posts = _held(day, user.pk, own, delegated, was_deputy=was_deputy)
    user.__dict__["_seats"] = (day, posts)
    return posts


def _held(day: dt.date, person: int, own: Iterable[Post], delegated: Iterable[Post] = (), *, was_deputy: bool = False) -> HeldPosts:
    by_role: dict[str, set[int]] = {}
    current, given = tuple(own), tuple(delegated)
    for post in (*current, *given):
        by_role.setdefault(post.role, set()).add(post.organisation_id)
    return HeldPosts(day, person, (*current, *given), {role: frozenset(ids) for role, ids in by_role.items()}, given, was_deputy)


def _posts_of(user: User, day: dt.date) -> tuple[list[Post], list[Post], bool]:
    """Own posts, delegated posts (each in the order of granting), and whether the person was ever a deputy."""
    own: list[Post] = []
    delegated: list[Post] = []
    was_deputy = False
    for row in POSTS.read(user.pk, day, day, user.pk, day, day, day, day, day):
        post: Post = row["post"]
        post.organisation = row["body"]
        is_delegated, ever = row["beside"]
        (delegated if is_delegated else own).append(post)
        was_deputy = was_deputy or ever
    return sorted(own, key=attrgetter("pk")), sorted(delegated, key=attrgetter("pk")), was_deputy


def principal_of(held: HeldPosts, allowed: Callable[[HeldPosts], bool]) -> User | None:
    """Person represented, if ``allowed`` holds only through a delegated post; None if the own posts suffice."""
    if not held.delegated or allowed(held.alone):
        return None
    return next((post.user for post in held.delegated if allowed(held.standing_in(post))), held.delegated[0].user)


def holders(*roles: str, organisation_ids: Collection[int] | None = None, day: dt.date | None = None) -> QuerySet[User]:
    """Active people who hold one of the roles today, deputies included; optionally only in the given organisations."""
    condition, posts = held_on(day, "posts__") & Q(posts__role__in=roles), Q(post__role__in=roles)
    if organisation_ids is not None:
        condition &= Q(posts__organisation_id__in=organisation_ids)
        posts &= Q(post__organisation_id__in=organisation_ids)
    deputies = in_force(day).filter(posts).values("deputy")
    return User.objects.filter(condition | Q(pk__in=deputies), is_active=True).distinct().order_by("pk")


def holding(*roles: str, organisation_ids: Collection[int] | None = None) -> list[User]:
    """The people of ``holders`` as a list, from a compiled query, because every step looks up the receivers of its messages."""
    return _holding_read(roles).read(organisation_ids, clock.today())


@cache
def _holding_read(roles: tuple[str, ...]) -> CompiledFor:
    return CompiledFor(lambda only, day: holders(*roles, organisation_ids=only, day=day), dt.date.min)


def in_force(day: dt.date | None = None) -> QuerySet[Delegation]:
    """Delegations that give rights on ``day`` (default today)."""
    day = day or clock.today()
    own = Post.objects.filter(held_on(day), user=OuterRef("deputy"), organisation=OuterRef("post__organisation"))
    held = held_on(day, "post__") & Q(post__user__is_active=True)
    return Delegation.objects.filter(Exists(own), held, ended_at__isnull=True, first__lte=day, last__gte=day).order_by()


def colleagues(person: User, body: Organisation) -> QuerySet[User]:
    """Other active people with a current post in the body; possible successors of the person."""
    users = User.objects.filter(held_on(of="posts__") & Q(posts__organisation=body), is_active=True)
    return users.exclude(pk=person.pk).distinct().order_by("pk")


def administrators(organisation_ids: set[int] | frozenset[int]) -> QuerySet[User]:
    """Active people who administer one of the organisations today."""
    condition = held_on(of="posts__") & Q(posts__organisation_id__in=organisation_ids, posts__is_admin=True)
    return User.objects.filter(condition, is_active=True).distinct().order_by("pk")


def users_visible_to(user: User) -> QuerySet[User]:
    """Users whose accounts this person may administer.

    Keepers: all. Administrators of an organisation: people whose only posts are there, none above the own post. Ended posts do
    not count.
    """
    held = posts_of(user)
    if held.has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER):
        return User.objects.order_by("username")
    posts = Post.objects.filter(not_over(), user=OuterRef("pk"))
    reached = Q(pk__in=[])
    for body in held.admin_of:
        own = max(RANKS.get(Role(post.role), LOWEST_RANK) for post in held.own if post.organisation_id == body)
        reached |= Q(organisation_id=body) & ~Q(role__in=[role for role, rank in RANKS.items() if rank > own])
    people = User.objects.filter(Exists(posts.filter(reached))).exclude(Exists(posts.exclude(reached)))
    return people.order_by("username")


def is_keeper(user: User) -> bool:
    """Whether the person holds, held or will hold a keeper's post; changes to such an account need two keepers."""
    return Post.objects.filter(user=user, role__in=sorted(KEEPERS)).exists()


def may_look_after(by: User, user: User) -> bool:
    """Whether ``by`` may disable this account or reset its password; a keeper's account is administered by the other keepers only."""
    if not users_visible_to(by).filter(pk=user.pk).exists():
        return False
    return posts_of(by).has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER) or not is_keeper(user)


def organisations_visible_to(user: User) -> QuerySet[Organisation]:
    """Organisations a person may see: all except the employers of experts, for everybody signed in."""
    posts = posts_of(user)
    if posts.is_city or posts.is_keeper or posts.has(Role.SECRETARIAT):
        return Organisation.objects.all()
    if not posts.roles:
        return Organisation.objects.none()
    return Organisation.objects.filter(~Q(kind=OrganisationKind.EXPERT) | Q(pk__in=posts.organisation_ids))


def has_people_by(body: str, day: str) -> Exists:
    """Expression: somebody held a post in the body named by field ``body`` by the day in field ``day``.

    Obligations due before the people of a body began to use the portal read 无记录.
    """
    return Exists(Post.objects.filter(organisation=OuterRef(body), valid_from__lte=OuterRef(day)).order_by())


def person_named(username: str) -> User | None:
    """Person with this account name, in any spelling; None for an empty or unknown name."""
    try:
        return User.objects.get_by_natural_key(username) if username else None
    except User.DoesNotExist:
        return None


def mail_taken(username: str) -> str:
    """What is asked about the mail address of another account."""
    return f"这个邮箱已登记在账号{username}，请核对是不是同一个人"


def mail_holders(mail: str) -> QuerySet[User]:
    """Accounts with this mail address in any spelling, in their order; none for an empty address."""
    key = folded(mail)
    return User.objects.annotate(fold=Folded("email")).filter(fold=key).order_by("pk") if key else User.objects.none()


def mail_holder(mail: str, *, other_than: User | None = None) -> User | None:
    """The first account with this mail address in any spelling; None for an empty address."""
    found = mail_holders(mail)
    return (found.exclude(pk=other_than.pk) if other_than else found).first()


def organisation_named(name: str) -> Organisation | None:
    """Organisation with this name or alias, else with one that is only written otherwise; None for an empty or unknown name."""
    if not (key := folded(name)):
        return None
    named = Q(name=name) | Q(aliases__contains=[name])
    if (known := Organisation.objects.filter(named).order_by("pk").first()) is not None:
        return known
    if (known := Organisation.objects.annotate(fold=Folded("name")).filter(fold=key).order_by("pk").first()) is not None:
        return known
    renamed = Organisation.objects.exclude(aliases=[]).order_by("pk")
    return next((one for one in renamed if key in map(folded, one.aliases)), None)


def recent_links() -> QuerySet[PasswordLink]:
    """Links of the last month, newest first."""
    since = clock.now() - RECENT
    return PasswordLink.objects.filter(asked_at__gte=since).select_related("user", "asked_by", "released_by").order_by("-pk")
