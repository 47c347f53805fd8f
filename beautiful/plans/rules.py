"""Permissions on plans: the seat 美丽上海统筹 edits them, owners report."""

from beautiful.plans.models import PlannedTask, QuarterlyProgress
from districts.file.rules import bodies_as
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.policy import parameters

SEAT_SETTING = "beautiful.coordinator"
ACTING = (Role.AUTHORITY, Role.BUREAU)


def coordinating_role() -> Role:
    """Post that holds the seat 美丽上海统筹, according to the settings."""
    word = parameters.load().text(SEAT_SETTING)
    return next(role for role in CITY if role.label == word)


def coordinates(user: User) -> bool:
    """Whether the person edits the plans."""
    held = posts_of(user)
    return held.is_city and held.has(coordinating_role())


def reads_all(user: User) -> bool:
    """The city reads every plan, including drafts."""
    return posts_of(user).is_city


def may_read_plans(user: User) -> bool:
    """The city, its partners, and bodies of districts."""
    return reads_all(user) or posts_of(user).has(Role.PARTNER, *ACTING)


def reads_every_evaluation(user: User) -> bool:
    """City and partners read the evaluations of every visible plan."""
    return reads_all(user) or posts_of(user).has(Role.PARTNER)


def bodies_of(user: User) -> frozenset[int]:
    """Bodies for which the person reports: their own, and the government that their 区专门机构 or bureau acts for."""
    return bodies_as(user, *ACTING) | posts_of(user).organisations_as(Role.PARTNER, *CITY)


def may_report(user: User, planned: PlannedTask) -> bool:
    """People acting for the owner, while the plan is in force and the task continues."""
    return planned.plan.issued_on is not None and not planned.outcome and planned.owner_id in bodies_of(user)


def may_confirm(user: User, progress: QuarterlyProgress) -> bool:
    """The seat 美丽上海统筹, for a task of the city anybody of the city, but not the person who reported."""
    planned = progress.planned
    own = reads_all(user) and planned.owner_id in bodies_of(user)
    return progress.confirmed_at is None and progress.reported_by_id != user.pk and (coordinates(user) or own)


def may_withdraw(user: User, progress: QuarterlyProgress) -> bool:
    """Until the check: the owner's people take a report back, whoever may check it returns it."""
    return progress.confirmed_at is None and (may_report(user, progress.planned) or may_confirm(user, progress))
