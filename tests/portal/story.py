"""What the demo has to show to a viewer, read from the database after it was loaded."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import resolve

from approvals.cases.models.cases import Case, Endorsement
from approvals.losses.models import RecordedAssessment
from approvals.titles.models.publicity import Announcement, Title, TitleHolder
from approvals.titles.models.remedies import Remedy
from assessments.findings.selectors.plausibility import full_findings
from assessments.post_evaluations.models import PostEvaluation
from assessments.reviews.models import Review
from assessments.reviews.selectors.agenda import agenda_of
from assessments.score_releases.models import ScoreRelease
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.models import StageAssessment
from assessments.tables.models import RowEvidence, ScoreRow, ScoreTable
from assessments.tables.selectors.scoring import rows_of, score_rows
from carbon.releases.models import CarbonRelease
from districts.boundaries.selectors import published_boundaries
from districts.common.enums import Acquisition
from districts.file.models.district import District
from districts.file.models.parties import RenewalProject
from districts.plots.models import Plot
from districts.projects.models import KeyProject
from districts.special_plans.models import PlanSection, SpecialPlan
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from obligations.models import Exemption
from obligations.selectors import obligations_visible_to
from outreach.disclosures.models import DisclosureRequest
from outreach.opinions.models import PublicOpinion
from outreach.stories.selectors import stories_released
from portal.todo.selectors import todo_of
from reports.awards.selectors import award_lines
from reports.closings.models import YearClosing

# A solar roof late, key projects late, a share not signed yet: what the story tells of itself.
INTENDED = {"7.2.7", "4.2.19", ""}
MADE_FROM_OTHERS = {"search", "key"}  # words of a search: in initials the digits of a year are left out
TYPING = {"complete", "confirmed", "evidence"}  # what an open table still lacks


def seats_without_account(listed):
    """Roles that nobody in the accounts file holds."""
    held = set(User.objects.filter(username__in=[row["username"] for row in listed]).values_list("posts__role", flat=True))
    return set(Role.values) - held


def roles_with_nothing_to_do(listed):
    """Roles of whose accounts not one has a task on its desk."""
    busy = {user.pk for user in User.objects.filter(username__in=[row["username"] for row in listed]) if todo_of(Viewer(user))}
    return sorted(set(Role.values) - set(User.objects.filter(pk__in=busy).values_list("posts__role", flat=True)))


def _of_the_loss():
    """Assessments that failed of the districts whose titles are being taken away."""
    losing = Case.objects.filter(kind="CX").values("district")
    return RecordedAssessment.objects.filter(passed=False, district__in=losing)


def _cases(kind, status):
    return lambda: Case.objects.filter(kind=kind, status=status)


def _unsettled():
    """Agenda lines of running meetings on which nothing was agreed yet."""
    return [line for review in Review.objects.filter(status="meeting") for line in agenda_of(review).lines if not line.agreed]


def _to_be_recommended():
    held = Title.objects.filter(end="", district__is_demo=True)
    return [line for line in award_lines(held, clock.today()) if line.is_candidate]


def _stayed_suits():
    return Remedy.objects.filter(kind="suit", after__isnull=False, stayed_on__isnull=False)


# What there is to look at: name, rows, and how many at least.
SIGHTS = {
    "an open notice": (_cases("SQ", "notice"), 1),
    "a decided case waiting for its announcement": (_cases("SQ", "decided"), 1),
    "a loss of title being heard": (_cases("CX", "hearing"), 1),
    "a loss of title in legal check": (_cases("CX", "legal"), 1),
    "a title that passed to another body": (lambda: TitleHolder.objects.filter(case__isnull=False), 1),
    "a suit after a reconsideration, with a stay": (_stayed_suits, 1),
    "a request that is to be completed": (lambda: DisclosureRequest.objects.filter(asked_at__isnull=False, completed_at=None), 1),
    "a reply to be given anew": (lambda: DisclosureRequest.objects.filter(redo_from__isnull=False, replied_at=None), 1),
    "two failed assessments behind each": (_of_the_loss, 4),
    "a change before the director": (_cases("BG", "deciding"), 1),
    "a conclusion to vote on": (lambda: Review.objects.filter(status="meeting", members__vote=""), 1),
    "clauses that a meeting has to settle": (_unsettled, 2),
    "clauses to judge": (lambda: Review.objects.filter(status="scoring"), 1),
    "a stage assessment being mended": (lambda: StageAssessment.objects.filter(status="rectifying"), 1),
    "an evaluation by lot": (PostEvaluation.objects.all, 1),
    "a yearly plan due": (lambda: ImplementationPlan.objects.filter(status="draft", year__gt=clock.today().year), 1),
    "a report waived": (lambda: Exemption.objects.counted().filter(extended_to=None), 1),
    "a title to be recommended": (_to_be_recommended, 1),
    "reminders already sent": (lambda: Notification.objects.filter(kind="digest"), 1),
    "a closed year": (lambda: YearClosing.objects.filter(status="closed"), 1),
    "a plan whose dimensions were only ticked": (lambda: PlanSection.objects.exclude(stated=[]), 1),
    "sections of plans with a file": (lambda: PlanSection.objects.filter(files__isnull=False), 3),
    "projects of a renewal district": (RenewalProject.objects.all, 2),
    "released scores of a district": (lambda: ScoreRelease.objects.filter(withdrawn_at=None), 3),
    "a score that was withdrawn": (lambda: ScoreRelease.objects.filter(withdrawn_at__isnull=False), 1),
    "a released carbon figure": (lambda: CarbonRelease.objects.filter(withdrawn_at=None), 1),
    "a boundary that everybody sees": (lambda: published_boundaries(District.objects.all()), 1),
    "a published opinion": (lambda: PublicOpinion.objects.exclude(published_at=None), 1),
    "an opinion that waits for its answer": (lambda: PublicOpinion.objects.filter(replied_at=None), 1),
    "a story with figures of the portal": (lambda: [one for one in stories_released() if one.frozen["figures"]], 1),
    "a reply that was served": (lambda: DisclosureRequest.objects.exclude(served_on=None), 1),
    "evidence with its page": (lambda: RowEvidence.objects.filter(page__gt=1, row__table__status="submitted"), 1),
}


def missing_sights():
    """Names of lists that would be empty, or of states that nobody could look at."""
    return [name for name, (rows, least) in SIGHTS.items() if len(rows()) < least]


def told(listed):
    """Everything that is asked of the story, as plain data; ``listed`` are the rows of the accounts file."""
    return {
        "missing": missing_sights(),
        "without account": sorted(seats_without_account(listed)),
        "with nothing to do": roles_with_nothing_to_do(listed),
        "unintended": unintended_findings(),
        "unbelievable": unbelievable_facts(),
        "closed": closed_pages(listed),
    }


def closed_pages(listed):
    """Pages behind obligations that somebody is led to and may not open: one of each route, kind of duty and role."""
    client, tried, wrong = Client(), set(), []
    for user in User.objects.filter(username__in=[row["username"] for row in listed]).prefetch_related("posts").order_by("pk"):
        roles = tuple(sorted(post.role for post in user.posts.all()))
        client.force_login(user)
        for row in obligations_visible_to(Viewer(user)):
            place = (roles, row.kind, resolve(urlsplit(row.link).path).route) if row.link else None
            if place is None or place in tried:
                continue
            tried.add(place)
            if client.get(row.link, follow=True).status_code != HTTPStatus.OK:
                wrong.append(f"{user.username} {row.kind} {row.link}")
    return wrong


def unintended_findings():
    """Findings of the plausibility rules in any table that the story does not mean, by table and clause."""
    found = []
    for table in ScoreTable.objects.select_related("district", "edition").order_by("pk"):
        rows = rows_of(table.pk)[table.pk]
        findings = full_findings(table, score_rows(table, rows.values()), rows, clock.today())
        unmeant = (one for one in findings if one.rule not in TYPING and one.item_id not in INTENDED)
        found += [f"{table} {one.item_id} {one.text}" for one in unmeant]
    return found


def numbers_without_year():
    """文号 of whatever row whose brackets hold no year."""
    found = []
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.CharField) and not field.choices and field.column and field.name not in MADE_FROM_OTHERS:
                wrong = model._default_manager.filter(**{f"{field.name}__regex": r"〔(?!20[0-9]{2}〕)"})
                found += wrong.values_list(field.name, flat=True)
    return found


def unbelievable_facts():
    """Facts of the fictional file that an official would not believe."""
    fiction = District.objects.filter(is_demo=True)
    business, public = ("0901", "0902"), ("080403", "1401")
    found = [f"{plot} 划拨" for plot in Plot.objects.filter(land_use_code__in=business, acquisition=Acquisition.ALLOCATION)]
    found += [f"{plot} 出让" for plot in Plot.objects.filter(land_use_code__in=public, acquisition=Acquisition.GRANT)]
    found += [f"{plot} 没有征询" for plot in Plot.objects.filter(acquired_on__isnull=False, opinions__isnull=True, district__in=fiction)]
    found += [f"{place} 在真实的区" for place in fiction.filter(areas__is_demo=False)]
    found += [
        f"{project} 投用早于计划竣工数月"
        for project in KeyProject.objects.filter(in_use_on__isnull=False, planned_finish__isnull=False)
        if (project.planned_finish - project.in_use_on).days > 60
    ]
    for one in Endorsement.objects.filter(case__district__in=fiction).exclude(approval_number=""):
        body = one.authority.name.removesuffix("（虚构）")
        found += [] if body.endswith(("区政府", "人民政府", "管委会")) else [f"{one} 由{body}批复"]
    valued = ScoreRow.objects.exclude(exclusion_reason="").filter(value__isnull=False, table__district__in=fiction)
    found += [f"{row.table} {row.item_id} 不参评而有取值" for row in valued.select_related("table")]
    intensities = SpecialPlan.objects.filter(district__in=fiction, carbon_intensity_target__isnull=False)
    found += [] if intensities.values("carbon_intensity_target").distinct().count() > 2 else ["各区碳排放强度目标相同"]
    for plan in SpecialPlan.objects.filter(district__in=fiction, approved_on__isnull=False):
        system = plan.district.indicator_systems.order_by("pk").first()
        if system is not None and system.approved_at is not None and system.approved_at.date() > plan.approved_on:
            found.append(f"{plan} 批准早于指标体系")
        if plan.district.titled_on is not None and plan.approved_on > plan.district.titled_on:
            found.append(f"{plan} 批准晚于授予称号")
    found += [f"{place} 规划人口{place.population}人" for place in fiction.filter(population__lt=1000)]
    found += [f"{number} 文号没有年份" for number in numbers_without_year()]
    texts = [check.report["overview"] for check in SelfCheck.objects.filter(report__has_key="overview", district__in=fiction)]
    found += [f"{text} 在{texts.count(text)} 份自评报告" for text in set(texts) if texts.count(text) > 1]
    batches = [str(batch) for batch in Announcement.objects.filter(status="published")]
    return found + [f"{batch} 两次" for batch in set(batches) if batches.count(batch) > 1]
