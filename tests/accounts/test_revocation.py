"""What takes access away takes every way in, for good: each act against each registered way."""

import datetime as dt
import uuid
from types import SimpleNamespace

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from assessments.experts.models import ExpertProfile
from carbon.metering.models import MeterToken, ReadingImport
from districts.file.models.district import QueuedImport
from greendistrict.accounts import invitations, links, revocation, services, unused
from greendistrict.accounts.models import Delegation, KeeperProposal, PasswordLink, Post, User
from greendistrict.accounts.revocation import LOST, RIGHTS_END, Why
from greendistrict.accounts.selectors import holders, posts_of
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.documents.models import Upload
from greendistrict.signin import factors
from greendistrict.workflow.procedure import take
from obligations.models import CalendarFeed
from portal.webhooks.models import Webhook
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.districts import make_district
from tests.signin.test_second_factor import enrolled, sign_in

pytestmark = pytest.mark.django_db
NEW, DESK, WHY = "Another-2026-word", "/desk/", {"reason": "离职"}


def delegated(post, deputy, by):
    today = clock.today()
    Delegation.objects.create(post=post, deputy=deputy, first=today, last=today, given_by=by, given_at=clock.now(), **WHY)


def sessions(person):
    """One that is in, one whose password was right and whose second factor is asked for."""
    inside, half = Client(), Client()
    assert sign_in(inside, person).status_code == 302
    app, _codes = enrolled(person)
    assert sign_in(half, person).url == reverse("signin:second")
    return SimpleNamespace(inside=inside, half=half, app=app)


def fill(person, other, district):
    """Everything by which a person reaches the portal, one or two of each registered way."""
    now, post, ours = clock.now(), person.posts.get(), {"district": district, "by": person, "since": clock.now(), "content": b"x"}
    Token.objects.create(user=person, key="0" * 40)
    CalendarFeed.objects.create(user=person, digest="0" * 64, made_at=now)
    Webhook.objects.create(owner=person, url="https://x.invalid/", events=["title.changed"], secret="s", created_at=now)
    MeterToken.objects.create(district=district, label="x", digest="0" * 64, made_by=person, made_at=now)
    for model in (QueuedImport, ReadingImport):
        model.objects.create(file_name="x", state="ordered", **({"kind": "works"} if model is QueuedImport else {}), **ours)
    PasswordLink.objects.create(user=person, purpose="reset", asked_at=now)
    PasswordLink.objects.create(user=other, purpose="reset", asked_by=person, asked_at=now, needs_release=True)
    delegated(post, other, person)
    delegated(other.posts.get(), person, other)
    said = {"kind": "posts", "person": other, "words": "x", "reason": "x", "proposed_at": now}
    KeeperProposal.objects.create(proposed_by=person, **said)
    Upload.objects.create(key=uuid.uuid4(), owner="x:1", name="x.pdf", size=9, by=person, started_at=now)
    return sessions(person)


def disabled(person, people, _other):
    services.set_active(user=person, active=False, by=people.system_keeper, **WHY)


def unused_for_long(person, _people, _other):
    User.objects.filter(pk=person.pk).update(is_demo=False, last_login=clock.now() - dt.timedelta(days=91))
    assert unused.look() == 1


def last_post(person, people, _other):
    services.end_post(post=person.posts.get(), by=people.security_keeper, **WHY)


def left_to_a_successor(person, people, other):
    handed = services.end_post(post=person.posts.get(), by=people.security_keeper, successor=other, **WHY)
    assert "结束受托1项" in handed


def parted(person, _people, other):
    other.posts.update(is_admin=True)
    admin = User.objects.get(pk=other.pk)
    body = person.posts.get().organisation
    invitations.part(person=person, body=body, successor=make_user("preparer", body), open_work=[], by=admin, **WHY)


def term_over(person, _people, _other):
    person.posts.update(valid_to=clock.today() - dt.timedelta(days=1))
    assert (unused.terms_over(), unused.terms_over()) == (1, 0)


def out_of_the_pool(person, people, _other):
    person.posts.update(role="expert")
    expert = ExpertProfile.objects.create(user=person, status="active", valid_from=clock.today())
    take(obj=expert, action="remove", by=people.secretariat, version=expert.version, reason="不再参加")


def one_of_two(person, people, _other):
    Post.objects.create(
        user=person, organisation=people.outsider_preparer.posts.get().organisation, role="preparer", valid_from="2026-01-01"
    )
    services.end_post(post=person.posts.order_by("pk").first(), by=people.security_keeper, **WHY)


def new_password_by_link(person, _people, _other):
    link = PasswordLink.objects.create(user=person, purpose="reset", asked_at=clock.now())
    links.use(secret=links.fill(link), password=NEW)
    assert PasswordLink.objects.get(pk=link.pk).used_at


def factors_reset(person, people, _other):
    factors.reset(person=person, by=people.system_keeper, **WHY)


ACTS = {
    disabled: Why.DISABLED, unused_for_long: Why.DISABLED, last_post: Why.LEFT, left_to_a_successor: Why.LEFT, parted: Why.LEFT,
    term_over: Why.LEFT, out_of_the_pool: Why.REMOVED, one_of_two: Why.POST, new_password_by_link: Why.RESET, factors_reset: Why.FACTORS,
}  # fmt: skip


@pytest.fixture
def held(people):
    person = make_user("preparer", people.applicant_body, username="goes")
    other = make_user("reviewer", people.applicant_body)
    return SimpleNamespace(
        person=person, other=other, people=people, ways=fill(person, other, make_district(applicant=people.applicant_body))
    )


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_nothing_is_left_and_nothing_else_is_taken(held, act):
    why, person = ACTS[act], held.person
    act(person, held.people, held.other)
    person = User.objects.get(pk=person.pk)
    left = {way.key: way.end(person, why) for way in revocation._ways}
    kept = {way.key for way in revocation._ways if why not in way.when}
    assert {key for key, number in left.items() if number} == kept - ({"delegations"} if why is Why.POST else set()) | (
        {"delegations"} & kept
    )
    if why is not Why.POST:
        assert held.ways.inside.get(DESK).url.startswith(reverse("accounts:login"))
        assert held.ways.half.get(reverse("signin:second")).url == reverse("accounts:login")
    assert AuditRecord.objects.filter(action="accounts.revoke", data__why=why).exists()
    assert not posts_of(person).has("expert")


def test_every_reason_is_somebodys_act():
    assert set(ACTS.values()) == set(Why) - {Why.PASSWORD}
    assert RIGHTS_END.isdisjoint(LOST)


def test_who_is_let_in_again_signs_in_anew(held):
    keeper, person = held.people.system_keeper, held.person
    for active in (False, True):
        services.set_active(user=person, active=active, by=keeper, **WHY)
    person = User.objects.get(pk=person.pk)
    assert held.ways.inside.get(DESK).url.startswith(reverse("accounts:login"))
    assert held.ways.half.get(reverse("signin:second")).url == reverse("accounts:login")
    assert not posts_of(held.other).delegated
    fresh = Client()
    assert sign_in(fresh, person).url == reverse("signin:second")
    assert SESSION_KEY not in fresh.session


def test_a_right_password_does_not_enter_a_person_disabled_meanwhile(rf, client, people):
    """The request has read the account before it was disabled, and goes on after it."""
    from greendistrict.signin.sessions import BACKEND, enter

    person = User.objects.get(pk=people.preparer.pk)
    assert person.check_password(PASSWORD)
    services.set_active(user=people.preparer, active=False, by=people.system_keeper, **WHY)
    request = rf.post("/")
    request.session = client.session
    answer = enter(request, None, person, backend=BACKEND)
    assert (answer.url, SESSION_KEY in request.session) == (reverse("accounts:login"), False)


@pytest.mark.parametrize("begins", [-30, 0, 5])
def test_an_ended_post_gives_no_right_from_the_moment_on(people, begins):
    """One that began long ago, today, or only begins next week: at once and on every later day."""
    first = clock.today() + dt.timedelta(days=begins)
    person = make_user("partner", people.partner.posts.get().organisation, post_kw={"valid_from": first})
    services.end_post(post=person.posts.get(), by=people.security_keeper, **WHY)
    for later in (0, max(begins, 1), 10):
        with clock.at(clock.now() + dt.timedelta(days=later)):
            assert not posts_of(User.objects.get(pk=person.pk)).roles
            assert not holders("partner").filter(pk=person.pk).exists()
    if begins < 0:
        assert holders("partner", day=first).filter(pk=person.pk).exists()  # what was held in the past was held
        post = services.grant_post(
            user=person, organisation=people.partner.posts.get().organisation, role="partner", by=people.security_keeper
        )
        assert posts_of(User.objects.get(pk=person.pk)).own == (post,)
