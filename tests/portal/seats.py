"""Who asks in a walk over the portal: one person for each set of posts, strangers, a visitor; and what a request of theirs did."""

from dataclasses import dataclass, field
from functools import cached_property

from greendistrict.accounts.enums import OrganisationKind, Role

DAY = 86_400  # seconds
# Roles of bodies: somebody of such a role from a body of its own has nothing to do with any matter.
STRANGERS = {
    Role.PREPARER: OrganisationKind.APPLICANT, Role.CONSULTANT: OrganisationKind.CONSULTANT, Role.AUTHORITY: OrganisationKind.AUTHORITY,
    Role.BUREAU: OrganisationKind.BUREAU, Role.VERIFIER: OrganisationKind.VERIFIER, Role.EXPERT: OrganisationKind.EXPERT,
}  # fmt: skip


@dataclass
class Asked:
    """One request and what came of it: ``answer`` is a response or the exception of a view, ``tables`` are those it wrote to."""

    seat: "Seat"
    method: str
    url: str
    place: str  # name of the route
    source: str = ""  # the page whose link was followed
    hidden: bool = False  # whether something in the address is out of the seat's sight
    hostile: bool = False  # whether what was sent is no empty form, nor what the page has for this seat
    answer: object = None
    body: bytes = b""
    tables: set[str] = field(default_factory=set)

    def __str__(self):
        return f"{self.seat.name} {self.method} {self.url[:200]}: {self.code or repr(self.answer)[:400]}"

    @property
    def code(self):
        """Status, 0 where a view failed."""
        return getattr(self.answer, "status_code", 0)

    @property
    def is_page(self):
        return self.code == 200 and self.answer.headers.get("Content-Type", "").startswith("text/html")

    @cached_property
    def text(self):
        return self.body.decode("utf-8", "replace")


class Seat:
    """Somebody signed in, or a visitor."""

    def __init__(self, name, user):
        from django.test import Client

        from greendistrict.signin import stamps

        self.name, self.user, self.client = name, user, Client(raise_request_exception=True)
        posts = [] if user is None else user.posts.select_related("organisation")
        self.roles, self.bodies = {post.role for post in posts}, {post.organisation.kind for post in posts}
        if user is not None:
            self.client.force_login(user)
            session = self.client.session
            stamps.begin(session)
            # Nothing of a request stays, its time neither: on a slow machine the walk would be signed out after half an hour.
            stamps.change(session, seen=stamps.now() + DAY)
            session.save()
        self.cookies = {key: morsel.value for key, morsel in self.client.cookies.items()}
        self._sights = {}

    def sees(self, filler, value):
        """Whether a value is in sight; None where nothing says."""
        if filler.sight is None:
            return None
        if filler not in self._sights:
            self._sights[filler] = set() if self.user is None else {str(one) for one in filler.sight(self.user)}
        return str(value) in self._sights[filler]

    def ask(self, method, url, data=None, **headers):
        """The answer and its content, or the exception and nothing."""
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)
        try:
            answer = getattr(self.client, method)(url, data, headers=headers)
            return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content
        except Exception as error:  # noqa: BLE001 -- whatever a view does not catch is a failure page for somebody
            return error, b""


def visitor():
    return Seat("visitor", None)


def strangers():
    """Somebody of each role that belongs to a body, from a body that has nothing to do with any matter."""
    from tests.factories.accounts import make_organisation, make_user

    return [Seat(f"stranger {role}", make_user(role, make_organisation(kind))) for role, kind in STRANGERS.items()]


def insiders(*, everybody=False):
    """One person for each set of posts that is told apart, or all people."""
    from greendistrict.accounts.models import User

    found = {}
    for user in User.objects.filter(posts__isnull=False, is_active=True).distinct().order_by("pk"):
        found.setdefault(user.pk if everybody else posts_of(user), user)
    return [Seat(user.username, user) for user in found.values()]


def posts_of(user):
    """What a person's rights come from: roles with the kinds of body they are held in; the bureaus of a district by their office."""
    posts = user.posts.select_related("organisation")
    return tuple(
        sorted((post.role, post.is_admin, body.kind, body.is_committee, office(body)) for post in posts for body in [post.organisation])
    )


def office(body):
    """Which office a bureau is, by the end of its code; nothing of other bodies."""
    return body.code.rpartition("-")[2] if body.kind == OrganisationKind.BUREAU else ""
