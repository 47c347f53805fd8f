"""What a portal is given before the first page: reference data and the fictional people, and no story."""

import datetime as dt
import json

from scripts import story

TOLD, ON_DESK = "gd_told_", "gd_on_desk_"
PEOPLE = """
from portal.reference.services import load_reference_data
from tools.demo import cast
load_reference_data(log=print)
cast.make_people(cast.make_organisations())
cast.give_addresses()
"""
KEYS = """
import json
from tools.demo import cast
from greendistrict.accounts.models import User
from greendistrict.accounts.passwords import random_password
rows = json.loads(cast.accounts_path().read_text(encoding="utf-8"))
known = {row["username"] for row in rows}
for user in User.objects.filter(is_demo=True).exclude(username__in=known):  # the draw may name any expert
    word = random_password()
    user.set_password(word)
    user.save(update_fields=["password"])
    rows.append({"seat": user.username.replace("-", "_"), "username": user.username, "password": word})
cast.write_accounts(rows)
"""
VALUES = """
import json
from tools.demo.values import values_for
from indicators.editions.selectors import edition_named, rules_for
rules = rules_for(edition_named("GD-REF-2024"))
made = {stage: values_for(rules, "new", stage, seed=7, ambition=0.74) for stage in ("planning", "operation")}
print(json.dumps(made, ensure_ascii=False, default=str))
"""


REVIEW = """
import datetime as dt
from approvals.cases.models.cases import Case
from greendistrict.accounts.models import User
from greendistrict.core import clock
from tools.demo import application as way
from tools.demo.case_steps import step
from tools.demo.timing import after, moment
people = {user.username.replace("-", "_"): user for user in User.objects.filter(is_demo=True)}
def hold_review(case, start, star):
    with clock.at(start):
        review = way.seat_panel(case, people)
        way.score_alone(review)
        way.call_meeting(review, people, at=after(start, 2))
    with clock.at(after(start, 2) + dt.timedelta(minutes=5)):
        way.hold_meeting(review, people, star)
"""
AWAITING = (
    REVIEW
    + """
from tools.demo import story
case, start = Case.objects.get(district__name=story.CHANYE.name), moment(clock.today())
with clock.at(start):
    case = way.accept(case, people)
hold_review(case, start, story.CHANYE.star)
with clock.at(after(start, 2) + dt.timedelta(minutes=5)):
    notice = step("open_notice", case=Case.objects.get(pk=case.pk), by=people["city_officer"])
with clock.at(after(moment(notice.notices.latest("pk").closes_on), 1)):
    step("close_notice", case=Case.objects.get(pk=case.pk), by=people["city_officer"])
    step("agree", case=Case.objects.get(pk=case.pk), by=people["city_checker"])
"""
)
REVIEWED = (
    REVIEW
    + """
case = Case.objects.get(pk=CASE)
hold_review(case, moment(clock.today()), case.star_asked)
print(after(moment(clock.today()), 3).date())
"""
)
FILLED = """
from approvals.cases.models.cases import Case
from greendistrict.accounts.models import User
from tools.demo.tables import Year, fill
fill(Case.objects.get(pk=CASE).table, User.objects.get(username="preparer"), Year(7, 0.74))
"""


INDICATORS = """
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.row_rules import measure_for
from greendistrict.accounts.models import User
from greendistrict.core.columns import write_columns
from greendistrict.workflow.procedure import take
from indicators.editions.selectors import rules_for
from tests.factories.indicator_systems import best
system = IndicatorSystem.objects.get(district__code=CODE)
items, rows = rules_for(system.edition).items, list(system.rows.all())
for row in rows:
    if not row.near:
        row.near = row.mid = row.long = best(measure_for(row, items))
    row.department, row.source = row.department or "演示区建设管理委", row.source or "统计年报"
write_columns(rows, ["near", "mid", "long", "department", "source"])
for action, seat in (("hand_up", "preparer"), ("sign", "reviewer"), ("approve", "authority")):
    system.refresh_from_db()
    take(obj=system, action=action, by=User.objects.get(username=seat), version=system.version)
"""


def load_demo(portal) -> None:
    """The demo's story of the portal's day, with one application taken on to the director's desk; made once for the sources as they are."""

    def make() -> None:
        load_story(portal)
        portal.run("manage.py", "shell", "--verbosity", "0", "--command", AWAITING)

    if not portal.copy_of(ON_DESK, told_digest(portal), make):
        portal.run("manage.py", "demo_load")  # as for the story


def told_digest(portal) -> str:
    """Short digest of what the demo of the portal's day comes from."""
    return story.sources_digest(portal.clock.read_text(encoding="utf-8"), KEYS, AWAITING)


def load_story(portal) -> None:
    """The demo's story of the portal's day, and an account for every expert: told once for the sources as they are."""
    if not portal.copy_of(TOLD, told_digest(portal), lambda: _tell(portal)):
        portal.run("manage.py", "demo_load")  # tells nothing again; hands the waiting reports to this portal's queue


def _tell(portal) -> None:
    """The story that the demo told on this day, where it did with these sources; else it is told now."""

    def make() -> None:
        portal.migrate()
        portal.run("manage.py", "demo_load")

    portal.copy_of(story.KIND, story.sources_digest(portal.clock.read_text(encoding="utf-8")), make)
    portal.run("manage.py", "shell", "--verbosity", "0", "--command", KEYS)


def fill_table(portal, case: int) -> None:
    """Let the preparer fill the case's score table, cell by cell through the service that the page calls."""
    portal.run("manage.py", "shell", "--verbosity", "0", "--command", f"CASE = {case}\n" + FILLED)


def approve_indicators(portal, code: str) -> None:
    """Let the other targets of a district's indicator system be filled in, and its three persons hand it up, sign and approve it."""
    portal.run("manage.py", "shell", "--verbosity", "0", "--command", f"CODE = {code!r}\n" + INDICATORS)


def hold_review(portal, case: int) -> dt.date:
    """Let a panel be drawn, score alone, meet and conclude 通过, each through the service that the pages call; the working day after it."""
    said = portal.run("manage.py", "shell", "--verbosity", "0", "--command", f"CASE = {case}\n" + REVIEWED)
    return dt.date.fromisoformat(said.split()[-1])


def prepare(portal, start: dt.date) -> dict[str, dict[str, str]]:
    """Migrate, load, and return the accounts by seat; business time begins on ``start``."""
    portal.move(start)
    portal.migrate()
    portal.run("manage.py", "shell", "--verbosity", "0", "--command", PEOPLE + KEYS)
    return accounts(portal)


def accounts(portal) -> dict[str, dict[str, str]]:
    """Accounts file by seat."""
    rows = json.loads((portal.folder / "demo-accounts.json").read_text(encoding="utf-8"))
    return {row["seat"]: row for row in rows}


def plausible_values(portal) -> dict[str, dict]:
    """Values of the reference edition's clauses for a new district, by stage and clause; what the portal decides itself is left out."""
    return json.loads(portal.run("manage.py", "shell", "--verbosity", "0", "--command", VALUES).splitlines()[-1])
