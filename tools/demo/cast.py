"""Creates the fictional organisations, people and experts, and the file with their accounts."""

import datetime as dt
import json
import os
from pathlib import Path

from django.conf import settings

from assessments.experts.models import ExpertEmployment, ExpertProfile, ExpertTraining
from districts.file.reference import load_fictional_areas
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.new_accounts import create_user
from greendistrict.accounts.passwords import random_password
from greendistrict.accounts.services import appoint
from greendistrict.core import clock
from tools.demo.people import BODIES, CROWD, FORMER, RANKS, SEATS, SPECIALTIES, TRAINING, Body, Person

SINCE = dt.date(2023, 10, 1)
TERM_YEARS = 10  # long enough for data loaded on any day


OFFICE_PHONE = "021-0000-0000"  # a number that nobody has


def accounts_path() -> Path:
    """Path of the accounts file, readable by its owner only."""
    return Path(settings.VAR_DIR) / "demo-accounts.json"


def make_organisations() -> dict[str, Organisation]:
    """Create fictional areas and organisations; returns the organisations by code. Safe to repeat."""
    load_fictional_areas()
    return {body.code: _organisation(body) for body in BODIES}


def _organisation(body: Body) -> Organisation:
    parent = Organisation.objects.get(code=body.parent) if body.parent else None
    values = {"name": body.name, "kind": body.kind, "is_committee": body.committee, "parent": parent, "group": body.group}
    values["departments"], values["office_phone"] = list(body.departments), OFFICE_PHONE
    return Organisation.objects.update_or_create(code=body.code, defaults={**values, "admin_code": body.area, "is_demo": True})[0]


def make_people(bodies: dict[str, Organisation]) -> dict[str, User]:
    """Create fictional people by seat; for new ones, write the accounts file with random passwords."""
    people, accounts = {}, []
    for person in (*SEATS, *CROWD):
        user, word = _person(person, bodies[person.body])
        people[person.seat] = user
        if person in SEATS and word:
            accounts.append({"seat": person.seat, "username": user.username, "password": word})
    if accounts:
        write_accounts(accounts)
    for seat, chapters in SPECIALTIES.items():
        _expert(seat, people[seat], chapters, bodies)
    return people


def _person(person: Person, body: Organisation) -> tuple[User, str]:
    username = person.seat.replace("_", "-")
    known = User.objects.filter(username=username).first()
    if known is not None:
        return known, ""
    word = random_password()
    user = create_user(username=username, name=person.name, by=None, password=word, demo=True)
    appoint(user=user, organisation=body, role=person.role, by=None, admin=person.admin, valid_from=SINCE)
    return user, word


def _expert(seat: str, user: User, chapters: tuple[str, ...], bodies: dict[str, Organisation]) -> None:
    first = {"valid_from": SINCE, "valid_to": SINCE.replace(year=SINCE.year + TERM_YEARS), "confirmed_on": clock.today()}
    values = {"specialties": list(chapters), "rank": RANKS[seat], "is_demo": True, **first}
    profile, made = ExpertProfile.objects.get_or_create(user=user, defaults=values)
    if not made:
        return
    joined = SINCE - dt.timedelta(days=1500)
    ExpertEmployment.objects.create(expert=profile, organisation=user.posts.get().organisation, valid_from=joined)
    if seat in FORMER:
        past = {"valid_from": joined - dt.timedelta(days=1500), "valid_to": joined - dt.timedelta(days=1)}
        ExpertEmployment.objects.create(expert=profile, organisation=bodies[FORMER[seat]], **past)
    ExpertTraining.objects.create(expert=profile, on=SINCE + dt.timedelta(days=200), title=TRAINING, hours=4)


def write_accounts(accounts: list[dict[str, str]]) -> None:
    """Write the accounts file, readable by its owner only; accounts of people added later are appended."""
    path = accounts_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    new = {account["seat"] for account in accounts}
    if path.exists():
        known = json.loads(path.read_text(encoding="utf-8"))
        accounts = [one for one in known if one["seat"] not in new and User.objects.filter(username=one["username"]).exists()] + accounts
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        json.dump(accounts, handle, ensure_ascii=False, indent=1)


def give_addresses() -> None:
    """Set mail addresses in a nonexistent domain, at the end, so that loading past events sends no mail."""
    for user in User.objects.filter(is_demo=True, email=""):
        user.email = f"{user.username}@demo.invalid"
        user.save(update_fields=["email"])
