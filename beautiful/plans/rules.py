"""Permissions on plans: the seat 美丽上海统筹 edits them, owners report."""

from beautiful.plans.models import PlannedTask, QuarterlyProgress
from districts.file.rules import bodies_as
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.policy import parameters

SEAT_SETTING = "beautiful.coordinator"
ACTING = (Role.AUTHORITY, Role.BUREAU)


def coordinating_role() -> Role:
    """Post that holds the seat 美丽上海统筹, according to the settings."""
    word = parameters.load().text(SEAT_SETTING)
    return next(role for role in CITY if role.label == word)


def coordinates(held: HeldPosts) -> bool:
    """Whether the person edits the plans."""
    return held.is_city and held.has(coordinating_role())


def reads_all(held: HeldPosts) -> bool:
    """The city reads every plan, including drafts."""
    return held.is_city


def may_read_plans(held: HeldPosts) -> bool:
    """The city, its partners, and bodies of districts."""
    return reads_all(held) or held.has(Role.PARTNER, *ACTING)


def reads_every_evaluation(held: HeldPosts) -> bool:
    """City and partners read the evaluations of every visible plan."""
    return reads_all(held) or held.has(Role.PARTNER)


def bodies_of(held: HeldPosts) -> frozenset[int]:
    """Bodies for which the person reports: their own, and the government that their 区专门机构 or bureau acts for."""
    return bodies_as(held, *ACTING) | held.organisations_as(Role.PARTNER, *CITY)


def may_report(held: HeldPosts, planned: PlannedTask) -> bool:
    """People acting for the owner, while the plan is in force and the task continues."""
    return planned.plan.issued_on is not None and not planned.outcome and planned.owner_id in bodies_of(held)


def may_confirm(held: HeldPosts, progress: QuarterlyProgress) -> bool:
    """The seat 美丽上海统筹, for a task of the city anybody of the city, but not the person who reported."""
    planned = progress.planned
    own = reads_all(held) and planned.owner_id in bodies_of(held)
    return progress.confirmed_at is None and progress.reported_by_id != held.person and (coordinates(held) or own)


def may_withdraw(held: HeldPosts, progress: QuarterlyProgress) -> bool:
    """Until the check: the owner's people take a report back, whoever may check it returns it."""
    return progress.confirmed_at is None and (may_report(held, progress.planned) or may_confirm(held, progress))
