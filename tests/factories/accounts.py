"""People and organisations of the tests: one fixed cast, one person per seat, all fictional."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import factory
from django.conf import settings
from django.contrib.auth.hashers import make_password

from greendistrict.accounts.enums import Department, OrganisationKind, Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.core.pinyin import sort_key
from tests.factories.kept_rows import KeptRows

PASSWORD = "Demo-pass-2026"
SINCE = dt.date(2020, 1, 1)
_hashed: dict[str, str] = {}


def hashed_password() -> str:
    """Hash of the cast's password, made once for each hasher: hashing is slow on purpose, and some tests choose a quick one."""
    hasher = settings.PASSWORD_HASHERS[0]
    if hasher not in _hashed:
        _hashed[hasher] = make_password(PASSWORD)
    return _hashed[hasher]


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    code = factory.Sequence(lambda number: f"demo-org-{number}")
    name = factory.Sequence(lambda number: f"演示单位{number}（虚构）")
    kind = OrganisationKind.APPLICANT
    is_demo = True


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda number: f"demo-user-{number}")
    name = factory.Sequence(lambda number: f"演示人员{number}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.invalid")
    password = factory.LazyFunction(hashed_password)
    is_demo = True


class PostFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Post

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.PREPARER
    valid_from = SINCE


def make_organisation(kind: str = OrganisationKind.APPLICANT, name: str | None = None, **kw) -> Organisation:
    """An organisation of the kind; ``name`` where a test reads it on a page."""
    return OrganisationFactory(kind=kind, **({"name": name} if name else {}), **kw)


def make_user(role: str, organisation: Organisation | None = None, **kw) -> User:
    """A person with one post of the role since 2020; ``post_kw`` (dict) for the post's own fields."""
    post_kw = kw.pop("post_kw", {})
    if kw.get("is_demo") is False:
        kw.setdefault("notice_agreed", 2)  # whoever has not agreed is asked before the first page
    user = UserFactory(**kw)
    PostFactory(user=user, organisation=organisation or make_organisation(), role=role, **post_kw)
    return user


@dataclass(frozen=True)
class Cast:
    """One person per seat and their organisations (``*_body``). ``outsider_preparer`` belongs to another applicant."""

    city_officer: User
    city_checker: User
    city_director: User
    city_legal: User
    secretariat: User
    partner: User
    authority: User
    bureau: User
    preparer: User
    reviewer: User
    consultant: User
    verifier: User
    expert1: User
    expert2: User
    expert3: User
    expert4: User
    expert5: User
    system_keeper: User
    security_keeper: User
    audit_keeper: User
    outsider_preparer: User
    city_body: Organisation
    secretariat_body: Organisation
    partner_body: Organisation
    authority_body: Organisation
    bureau_body: Organisation
    applicant_body: Organisation
    consultant_body: Organisation
    verifier_body: Organisation
    keeper_body: Organisation
    outsider_body: Organisation

    @property
    def experts(self) -> tuple[User, ...]:
        """The five experts."""
        return (self.expert1, self.expert2, self.expert3, self.expert4, self.expert5)

    @property
    def everybody(self) -> dict[str, User]:
        """Person by seat."""
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


BODIES = {
    "city_body": (OrganisationKind.CITY, "演示市住房城乡建设管理委（虚构）"),
    "secretariat_body": (OrganisationKind.SECRETARIAT, "演示技术支撑单位（虚构）"),
    "partner_body": (OrganisationKind.PARTNER, "演示市规划资源局（虚构）"),
    "authority_body": (OrganisationKind.AUTHORITY, "演示甲区人民政府（虚构）"),
    "applicant_body": (OrganisationKind.APPLICANT, "演示甲区开发公司（虚构）"),
    "consultant_body": (OrganisationKind.CONSULTANT, "演示咨询公司（虚构）"),
    "verifier_body": (OrganisationKind.VERIFIER, "演示碳核查机构（虚构）"),
    "keeper_body": (OrganisationKind.KEEPER, "演示平台运维（虚构）"),
    "outsider_body": (OrganisationKind.APPLICANT, "演示乙区开发公司（虚构）"),
}  # fmt: skip
SEATS = {
    "city_officer": (Role.CITY_OFFICER, "city_body"), "city_checker": (Role.CITY_CHECKER, "city_body"),
    "city_director": (Role.CITY_DIRECTOR, "city_body"), "city_legal": (Role.CITY_LEGAL, "city_body"),
    "secretariat": (Role.SECRETARIAT, "secretariat_body"), "partner": (Role.PARTNER, "partner_body"),
    "authority": (Role.AUTHORITY, "authority_body"), "bureau": (Role.BUREAU, "bureau_body"),
    "preparer": (Role.PREPARER, "applicant_body"), "reviewer": (Role.REVIEWER, "applicant_body"),
    "consultant": (Role.CONSULTANT, "consultant_body"), "verifier": (Role.VERIFIER, "verifier_body"),
    "system_keeper": (Role.SYSTEM_KEEPER, "keeper_body"), "security_keeper": (Role.SECURITY_KEEPER, "keeper_body"),
    "audit_keeper": (Role.AUDIT_KEEPER, "keeper_body"), "outsider_preparer": (Role.PREPARER, "outsider_body"),
}  # fmt: skip


def cast() -> Cast:
    """Store the cast: people are named after their seat, each expert has an employer of its own. Four statements: most tests begin so."""
    hasher = settings.PASSWORD_HASHERS[0]
    if hasher not in _casts:
        _casts[hasher] = _Rows()
    return _casts[hasher].store()


class _Rows:
    """The cast's rows for one hasher of passwords."""

    def __init__(self):
        bodies = [_organisation(kind, name, key.removesuffix("_body")) for key, (kind, name) in BODIES.items()]
        below = [_organisation(OrganisationKind.BUREAU, "演示甲区建设管理委（虚构）", "bureau", [Department.HOUSING])]
        below += [_organisation(OrganisationKind.EXPERT, f"演示研究院{number}（虚构）", f"expert-{number}") for number in range(1, 6)]
        self.seats = {seat: (role, body, f"演示{role.label}（{seat}）") for seat, (role, body) in SEATS.items()}
        self.seats |= {f"expert{number}": (Role.EXPERT, f"employer{number}", f"演示专家{number}") for number in range(1, 6)}
        self.bodies, self.below = KeptRows(bodies), KeptRows(below, "parent_id")
        self.users = KeptRows([UserFactory.build(username=seat, name=name) for seat, (_, _, name) in self.seats.items()])
        posts = [Post(role=role, valid_from=SINCE) for role, _, _ in self.seats.values()]
        self.posts = KeptRows(posts, "user_id", "organisation_id")

    def store(self) -> Cast:
        bodies = dict(zip(BODIES, self.bodies.store(), strict=True))
        bureau, *employers = self.below.store((bodies["authority_body"].pk,), *[(None,)] * 5)
        bureau.parent = bodies["authority_body"]
        bodies["bureau_body"] = bureau
        users = dict(zip(self.seats, self.users.store(), strict=True))
        where = bodies | {f"employer{number}": employer for number, employer in enumerate(employers, start=1)}
        self.posts.store(*[(users[seat].pk, where[body].pk) for seat, (_, body, _) in self.seats.items()])
        return Cast(**users, **bodies)


_casts: dict[str, _Rows] = {}


def _organisation(kind: str, name: str, code: str, departments: Sequence[str] = ()) -> Organisation:
    departments = list(map(str, departments))
    return OrganisationFactory.build(kind=kind, name=name, code=f"demo-{code}", departments=departments, name_pinyin=sort_key(name))
