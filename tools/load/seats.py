"""Who takes part: people of every seat with rows of their own, and what each of their acts asks of the portal and of its limit."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.urls import reverse

from assessments.reviews.models import Assignment, ExpertScore
from assessments.sharing.services import give_out
from assessments.tables.models import ScoreRow
from assessments.tables.views import field_name
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import User
from indicators.editions.selectors import rules_for
from tools.bench import paths, reviews, seeding
from tools.load.wire import Reply, Request

Acts = Mapping[str, "LoadAct"]
MONTH = f"{seeding.YEAR + 1}-03"
BARE_ROWS = 19  # of a chapter
SHARED_ROWS = 30  # of each table, which a bureau answers


class LoadAct:
    """A page, asked for as it is, beside the page of its limit."""

    is_page = True

    def __init__(self, path: str, limit: str) -> None:
        self._path, self._limit = path, limit

    def ours(self) -> Request:
        """The request to the portal."""
        return Request(self._path)

    def limit(self) -> Request:
        """The request to the limit."""
        return Request(self._limit)

    def answered(self, reply: Reply) -> None:
        """Learn what the portal answered."""


class Saving(LoadAct):
    """One of several fields saved at a time by its only writer, each time with another text; knows the versions that are stored."""

    is_page = False

    def __init__(self, fields: Sequence["SavedField"]) -> None:
        self._turns, self._now = itertools.cycle(fields), fields[0]

    def ours(self) -> Request:
        """Save the next field."""
        self._now = next(self._turns)
        self._now.saves += 1
        return Request(self._now.path, self._now.form(self._now.saves, self._now.version))

    def limit(self) -> Request:
        """Save the next one by the limit, as a number, which every limit takes."""
        self._now = next(self._turns)
        self._now.saves += 1
        return Request(self._now.limit, {"value": str(self._now.saves)})

    def answered(self, reply: Reply) -> None:
        """What was saved has a new version; so has what was saved without its answer coming through, of which a conflict tells later."""
        if reply.version:
            self._now.version = int(reply.version)
        else:
            self._now.version += reply.status in {HTTPStatus.OK, HTTPStatus.CONFLICT}


@dataclass
class SavedField:
    """Address, limit and form (of the number of the save and the version) of a field, its stored version, and how often it was saved."""

    path: str
    limit: str
    form: Callable[[int, int], dict[str, str]]
    version: int
    saves: int = 0


@dataclass(frozen=True)
class Participant:
    """Seat, session (empty: signed out) and acts by name."""

    seat: str
    session: str
    acts: Acts


def everybody(seeded: seeding.Seeded, counts: Mapping[str, int], bodies: int) -> dict[str, list[Participant]]:
    """So many people of each seat. Preparers and bureaus of ``bodies`` districts share rows of tables, experts those of a panel."""
    made: dict[str, Callable[[int], list[Participant]]] = {
        "preparer": lambda count: _preparers(tables, count),
        "bureau": lambda count: _bureaus(tables, count),
        "expert": lambda count: _experts(seeded, count),
        "officer": lambda count: [Participant("officer", officer, _officer()) for _ in range(count)],
        "visitor": lambda count: [Participant("visitor", "", _visitor()) for _ in range(count)],
    }
    if unknown := set(counts) - set(made):
        msg = f"no such seats: {', '.join(sorted(unknown))}; there are {', '.join(made)}"
        raise ValueError(msg)
    officer = paths.sign_in(seeded.officer)
    tables = [_shared_table(number) for number in range(min(bodies, max(counts.get("preparer", 0), counts.get("bureau", 0))))]
    return {seat: made[seat](count) for seat, count in counts.items()}


@dataclass(frozen=True)
class SharedTable:
    """An open score table, its preparer and rows, and what of it a bureau answers."""

    preparer: User
    bureau: User
    share: int
    own: list[ScoreRow]
    shared: list[ScoreRow]


def _shared_table(number: int) -> SharedTable:
    preparer = seeding.new_person(f"load-preparer-{number}", Role.PREPARER, OrganisationKind.APPLICANT)
    district = seeding.new_district(f"load-{number}", preparer)
    bureau = seeding.new_person(f"load-bureau-{number}", Role.BUREAU, OrganisationKind.BUREAU, parent=district.authorities.get())
    table = seeding.new_self_check(district, received=False).table
    rows = list(table.rows.select_related("table__edition").order_by("order"))
    own, shared = rows[:-SHARED_ROWS], rows[-SHARED_ROWS:]
    body = bureau.posts.get().organisation
    share = give_out(table=table, items=[row.item_id for row in shared], by=preparer, organisation=body)
    return SharedTable(preparer, bureau, share.pk, own, shared)


def _spread(
    tables: Sequence[SharedTable], count: int, rows: Callable[[SharedTable], Sequence[ScoreRow]]
) -> Iterator[tuple[SharedTable, Sequence[ScoreRow]]]:
    """For each of ``count`` people the table and the rows in it that nobody else has."""
    several = math.ceil(count / len(tables))
    for number in range(count):
        table = tables[number % len(tables)]
        yield table, rows(table)[number // len(tables) :: several]


def _preparers(tables: Sequence[SharedTable], count: int) -> list[Participant]:
    sessions = [paths.sign_in(table.preparer) for table in tables]
    return [
        Participant(
            "preparer",
            sessions[tables.index(table)],
            {
                "score page": LoadAct(reverse("assessments:score_table", args=[rows[0].table_id]), _bare_table(rows[0], BARE_ROWS)),
                "save of a cell": Saving([_cell("assessments:score_row", rows[0].table_id, row) for row in rows]),
                "desk of a preparer": LoadAct(reverse("portal:workdesk"), "/limit/desk/"),
            },
        )
        for table, rows in _spread(tables, count, lambda table: table.own)
    ]


def _bureaus(tables: Sequence[SharedTable], count: int) -> list[Participant]:
    sessions = [paths.sign_in(table.bureau) for table in tables]
    return [
        Participant(
            "bureau",
            sessions[tables.index(table)],
            {
                "share page": LoadAct(reverse("assessments:share", args=[table.share]), _bare_table(rows[0], SHARED_ROWS)),
                "save of an answer": Saving([_cell("assessments:share_row", table.share, row) for row in rows]),
            },
        )
        for table, rows in _spread(tables, count, lambda table: table.shared)
    ]


def _bare_table(row: ScoreRow, rows: int) -> str:
    return f"/limit/tables/{row.table_id}/?rows={rows}"


def _cell(route: str, key: int, row: ScoreRow) -> SavedField:
    """The value of a row where it may be 0 or 1, else its explanation."""
    item = rules_for(row.table.edition).table(row.table.type, row.table.stage).items[row.item_id]
    is_claimed = item.rule["kind"] == "claimed" and item.points >= 1
    field = "value" if is_claimed else "explanation"
    name, version = field_name(row.item_id, field), field_name(row.item_id, "version")

    def form(number: int, stored: int) -> dict[str, str]:
        text = str(number % 2) if is_claimed else f"第{number}次说明"
        return {"field": field, name: text, version: str(stored)}

    return SavedField(reverse(route, args=[key, row.item_id]), f"/limit/cell/{row.pk}/", form, row.version)


def _experts(seeded: seeding.Seeded, count: int) -> list[Participant]:
    review = reviews.first_panel(seeded).review
    members = list(review.members.select_related("expert__user").order_by("number"))
    sessions = [paths.sign_in(member.expert.user) for member in members]
    several = math.ceil(count / len(members))
    found = []
    for number in range(count):
        at = number % len(members)
        given = list(members[at].assignments.order_by("pk"))[number // len(members) :: several]
        page = reverse("assessments:review_clause", args=[review.pk, given[0].item_id])
        acts = {
            "review workspace": LoadAct(page, f"/limit/scores/{members[at].pk}/"),
            "save of a judgement": Saving([_judgement(review.pk, one) for one in given]),
        }
        found.append(Participant("expert", sessions[at], acts))
    return found


def _judgement(review: int, given: Assignment) -> SavedField:
    score = ExpertScore.objects.get(assignment=given)
    path = reverse("assessments:review_clause", args=[review, given.item_id])
    return SavedField(path, f"/limit/score/{score.pk}/", _judged, score.version)


def _judged(number: int, stored: int) -> dict[str, str]:
    return {"judgement": "doubt", "comment": f"第{number}次意见", "version": str(stored)}


def _officer() -> Acts:
    months = reverse("obligations:duty_calendar")
    return {
        "list of districts": LoadAct(f"{reverse('districts:district_list')}?{paths.FILTER}", f"/limit/districts/?{paths.FILTER}"),
        "desk of an officer": LoadAct(reverse("portal:workdesk"), "/limit/desk/"),
        "calendar": LoadAct(f"{months}?month={MONTH}", f"/limit/calendar/?month={MONTH}"),
    }


def _visitor() -> Acts:
    return {name: LoadAct(reverse(f"portal:{name}"), f"/limit/static/{name}/") for name in ("home", "register")}
