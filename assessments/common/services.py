"""Services shared by filed matters: autosave, messages, parties."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.urls import reverse

from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import holding
from greendistrict.workflow.machine import Machine
from greendistrict.workflow.procedure import Note, Party, Taken

# The SQL statement that autosaves a form: one ``UPDATE`` with a version check, shared by every form that saves while typing.


@dataclass(frozen=True, kw_only=True)
class Autosave:
    """Declaration of an autosave statement: ``r`` is the row saved, ``held`` its owner.

    ``held`` reads the owner while it takes changes, with a lock: a submission waits for a save under way, or the save finds it submitted
    and writes nothing. A row that is its own owner needs none. ``row`` says which row is meant, ``seen`` the version that the page showed,
    ``columns`` what is written. ``beside`` are further tables, ``returned`` further columns of what was saved, ``history`` a statement
    that reads them from ``saved``.
    """

    table: str
    row: str
    columns: Mapping[str, str]
    held: str = "SELECT"
    answer: str = "version"
    version: str = "version"
    seen: str = "%(version)s"
    beside: str = ""
    returned: str = ""
    history: str = ""

    def save(self, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run the statement; returns ``answer`` of each saved row, empty if somebody saved earlier or the owner is closed."""
        with connection.cursor() as cursor:
            cursor.execute(self.statement, parameters)
            return list(cursor.fetchall())

    @cached_property
    def statement(self) -> str:
        """The complete SQL. Names and conditions are constants of the program; typed input is passed as parameters."""
        columns = ", ".join(f"{name} = {value}" for name, value in self.columns.items())
        return f"""
            WITH held AS ({self.held}), saved AS (
                UPDATE {self.table} AS r SET {columns}, {self.version} = r.{self.version} + 1
                FROM held{self.beside and f", {self.beside}"}
                WHERE r.{self.version} = {self.seen} AND {self.row}
                RETURNING r.id, r.{self.version} AS version{self.returned and f", {self.returned}"}
            ){self.history and f", noted AS ({self.history})"}
            SELECT {self.answer} FROM saved
        """  # noqa: S608 -- see above


# Message texts for steps and events of a district's matters.


def step_note(machine: Machine, page: str) -> Callable[[Taken], Note]:
    """Build the message of a step: its title is the new state, or the step's name if the state stays; it links to the page ``page``."""

    def words(taken: Taken) -> Note:
        record, matter = taken.record, taken.obj
        step = machine.find(record.action, record.source) if record.source == record.target else None
        said = step.label if step else machine.state(record.target).label
        return Note(f"{matter}：{said}", record.reason, reverse(page, args=[matter.pk]), matter.district.is_demo)

    return words


def event_note(said: str, page: str) -> Callable[[Taken], Note]:
    """Build the message of an event: ``said`` follows the district's name; it links to the page ``page``."""

    def words(taken: Taken) -> Note:
        return Note(f"{taken.obj}{said}", taken.record.reason, reverse(page, args=[taken.obj.pk]), taken.obj.district.is_demo)

    return words


# Parties of a filed matter: party keys resolved to people, and bodies excluded from judging it.

CITY = {
    "city_officer": Role.CITY_OFFICER,
    "city_checker": Role.CITY_CHECKER,
    "city_director": Role.CITY_DIRECTOR,
    "secretariat": Role.SECRETARIAT,
}
APPLICANT = {"filler": Role.PREPARER, "preparer": Role.PREPARER, "reviewer": Role.REVIEWER}


def people_of(district: District, parties: Iterable[str]) -> list[User]:
    """People behind party keys, each once: posts of the city, ``filler``, ``preparer``, ``signer`` of the applicant, ``authority``."""
    found: dict[int, User] = {}
    for party in parties:
        if party in CITY:
            people = holding(CITY[party])
        elif party == "authority":
            people = holding(Role.AUTHORITY, organisation_ids=bodies_of(district))
        else:
            people = holding(APPLICANT[party], organisation_ids={district.applicant_id or 0})
        found |= {user.pk: user for user in people}
    return list(found.values())


# Party of a procedure → its name on pages, and the party keys for ``people_of``.
PARTIES = {
    "applicant": ("申报主体", ("filler", "reviewer")),
    "filler": ("申报主体填报人", ("filler",)),
    "reviewer": ("申报主体审核人", ("reviewer",)),
    "authority": ("区专门机构", ("authority",)),
    "city_officer": ("市级经办", ("city_officer",)),
    "city_checker": ("市级审核", ("city_checker",)),
    "city_director": ("市级审定", ("city_director",)),
    "secretariat": ("评审秘书", ("secretariat",)),
}


def district_parties(district_of: Callable[[Any], District]) -> dict[str, Party]:
    """Parties of a matter that belongs to a district."""
    return {key: _party(label, names, district_of) for key, (label, names) in PARTIES.items()}


def city_parties() -> dict[str, Party]:
    """Parties of the city and the secretariat, whatever the matter."""
    return {key: _post(PARTIES[key][0], role) for key, role in CITY.items()}


def _post(label: str, role: Role) -> Party:
    return Party(label, lambda _obj, _source: holding(role))


def _party(label: str, names: tuple[str, ...], district_of: Callable[[Any], District]) -> Party:
    return Party(label, lambda obj, _source: people_of(district_of(obj), names))


def bodies_of(district: District) -> set[int]:
    """Keys of a district's implementing bodies and the designated bodies below them."""
    leading = set(district.authorities.values_list("pk", flat=True))
    return leading | set(Organisation.objects.filter(parent__in=leading).values_list("pk", flat=True))


def judged_parties(district: District, applicant: Organisation | None) -> list[dict[str, Any]]:
    """Bodies whose people may not judge the district: applicant, all consultants, authorities and their bodies."""
    found = [("申报主体", applicant)] if applicant else []
    found += [("咨询单位", mandate.organisation) for mandate in district.mandates.select_related("organisation")]
    for authority in district.authorities.prefetch_related("bodies"):
        found += [("实施主体", authority), *(("区级部门", body) for body in authority.bodies.all())]
    named = {body.pk: (role, body) for role, body in reversed(found)}
    return [{"role": role, "organisation_id": body.pk, "name": body.name, "group": body.group} for role, body in named.values()]
