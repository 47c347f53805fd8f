"""Truth table of the duties: what is owed on which day, with dates calculated by hand from the holidays below."""

import datetime as dt
from functools import cache

import pytest

from approvals.cases.bindings import NewFinding
from approvals.common.enums import TitleKind
from approvals.titles.models.publicity import Title
from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.models import StageAssessment
from assessments.yearly_reports.models import YearlyReport
from districts.file.models.district import District
from districts.file.models.parties import DesignatedBody
from districts.special_plans.models import SpecialPlan
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, workdays
from greendistrict.core.models import JobRun
from greendistrict.core.workdays import SpecialDay
from greendistrict.policy.models import Setting
from greendistrict.policy.services import set_setting
from greendistrict.workflow.models import TransitionRecord
from indicators.editions.models import Edition
from obligations.outages import OutagePeriod
from obligations.selectors import everything
from obligations.services import record_outage
from reports.closings.models import ClosingEdition, YearClosing
from reports.jobs.models import ExportJob
from tests.factories.accounts import cast, make_organisation, make_user
from tests.factories.approvals import Filing
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.stages import make_stage
from tests.factories.titles import give_title
from tests.factories.waivers import waived_or_extended

# 国务院办公厅关于2026年部分节假日安排: days off on weekdays and over the festivals, and the weekend days that are worked instead.
OFF = (
    *((1, day) for day in (1, 2, 3)), *((2, day) for day in range(15, 24)), *((4, day) for day in (4, 5, 6)),
    *((5, day) for day in range(1, 6)), *((6, day) for day in (19, 20, 21)), *((9, day) for day in (25, 26, 27)),
    *((10, day) for day in range(1, 8)),
)  # fmt: skip
WORKED = ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
NOW = at(2031, 1, 10)

TABLE = """
# --- the first day in use is Monday 2026-01-05: what fell due before is no record
self_check yi 2024            2025-06-01  2025-03-31  none
plan_yearly A 2026            2026-01-05  2025-12-31  none
carbon_verification yi 2024   2025-06-01  2025-04-30  none
# --- self-check on 2025, due on Tuesday 2026-03-31, window from 01-01
self_check jia 2025           2025-12-31  2026-03-31  upcoming
self_check jia 2025           2026-01-01  2026-03-31  due
self_check jia 2025           2026-03-31  2026-03-31  met        # filed at 23:59 of the day itself
self_check jia 2025           2026-04-01  2026-03-31  met
self_check yi 2025            2026-03-31  2026-03-31  due
self_check yi 2025            2026-04-01  2026-03-31  late       # filed ten minutes after midnight
self_check bing 2025          2026-03-31  2026-03-31  due        # never opened
self_check bing 2025          2026-04-01  2026-03-31  overdue    # never opened is owed
self_check bing 2025          2027-01-31  2026-03-31  overdue    # and stays owed
self_check bing 2025          2027-06-01  2026-04-15  overdue    # by the setting of the day that is asked about
# --- filed, sent back, filed again: every day as it was
self_check ding 2025          2026-03-19  2026-03-31  due
self_check ding 2025          2026-03-20  2026-03-31  met
self_check ding 2025          2026-04-09  2026-03-31  met
self_check ding 2025          2026-04-10  2026-03-31  overdue
self_check ding 2025          2026-05-05  2026-03-31  overdue
self_check ding 2025          2026-05-06  2026-03-31  late
# --- operation reports and carbon: before the year is over they are still to come
operation_report jia 2025     2026-01-01  2026-03-31  due
operation_report jia 2025     2026-03-02  2026-03-31  met
operation_report yi 2025      2026-03-19  2026-03-31  due
operation_report yi 2025      2026-03-20  2026-03-31  met
operation_report yi 2025      2026-04-11  2026-03-31  met        # received on the day before: filed in time
operation_report bing 2025    2026-04-01  2026-03-31  overdue
carbon_verification jia 2025  2026-04-30  2026-04-30  due
carbon_verification jia 2025  2026-05-01  2026-04-30  overdue    # a holiday is a day after all
carbon_verification jia 2025  2026-05-06  2026-04-30  late
# --- rest days: 2028-04-30 is a Sunday; of 2028 no arrangement is known, and 劳动节 is Monday and Tuesday by the decree
carbon_verification jia 2027  2028-05-03  2028-05-03  due
carbon_verification jia 2027  2028-05-04  2028-05-03  overdue
operation_report jia 2027     2028-02-29  2028-03-31  due        # a leap year
operation_report jia 2029     2030-04-01  2030-04-01  due        # 2030-03-31 is a Sunday
operation_report jia 2029     2030-04-02  2030-04-01  overdue
# --- extension: over the labour days, onto a Saturday that is worked, over the spring festival
carbon_verification bing 2025 2026-04-19  2026-04-30  due
carbon_verification bing 2025 2026-04-20  2026-05-06  due        # to 05-03, a holiday: rolled to 05-06
carbon_verification bing 2025 2026-05-06  2026-05-06  due
carbon_verification bing 2025 2026-05-07  2026-05-06  overdue
carbon_verification ding 2025 2026-04-25  2026-05-09  due        # 05-09 is a Saturday that is worked
carbon_verification ding 2025 2026-05-10  2026-05-09  overdue
self_check jia 2026           2027-02-28  2027-04-15  due        # by the setting of that day
self_check jia 2026           2027-03-01  2027-05-03  due        # extended to Sunday 05-02
self_check jia 2026           2027-05-04  2027-05-03  overdue
# --- waiver
self_check bing 2026          2027-03-09  2027-04-15  due
self_check bing 2026          2027-03-10  2027-04-15  waived
# --- a setting decided on 2027-01-15 counts from 2027-02-01
self_check wu 2026            2027-01-31  2027-03-31  due
self_check wu 2026            2027-02-01  2027-04-15  due
self_check wu 2026            2027-04-15  2027-04-15  due
self_check wu 2026            2027-04-16  2027-04-16  due        # the outage of the 15th, recorded on the 16th
self_check wu 2026            2027-04-17  2027-04-16  overdue
# --- an outage on the last day moves it by a working day, once
self_check yi 2026            2027-04-15  2027-04-15  due
self_check yi 2026            2027-04-16  2027-04-16  met        # filed on the 16th, in time by the rule
# --- titles: granted within the year, lost within the year
self_check wu 2026            2026-05-19  -           -
self_check wu 2026            2026-05-20  2027-03-31  upcoming
self_check wu 2025            2026-06-01  -           -          # no title at the end of 2025
self_check ji 2026            2026-09-14  2027-03-31  upcoming
self_check ji 2026            2026-09-15  -           -          # cancelled on that day
# --- both kinds of bodies: at work in the portal, and not
self_check geng 2025          2026-04-01  2026-03-31  none       # nobody applies for it here
self_check xin 2025           2026-04-01  2026-03-31  none       # its applicant has no people here
self_check ren 2025           2026-05-02  2026-03-31  none       # they came on 05-01
carbon_verification ren 2025  2026-05-02  2026-04-30  none
self_check ren 2026           2027-04-17  2027-04-16  overdue    # by then they work here
# --- yearly plan, 31 December of the year before, asked for 90 days before
plan_yearly A 2027            2026-10-01  2026-12-31  upcoming
plan_yearly A 2027            2026-10-02  2026-12-31  due
plan_yearly A 2027            2026-12-31  2026-12-31  due
plan_yearly A 2027            2027-01-01  2026-12-31  overdue
plan_yearly A 2027            2027-01-04  2026-12-31  late       # filed on that day
plan_yearly A 2028            2027-12-31  2027-12-31  met
plan_yearly A 2029            2028-12-31  2029-01-02  due        # a Sunday before 元旦
plan_yearly A 2029            2029-01-03  2029-01-02  overdue
plan_yearly B 2027            2027-01-01  2026-12-31  overdue
plan_yearly C 2027            2027-01-01  2026-12-31  none       # a real authority without people here
# --- designated body: 30 working days after the first day, which crosses the spring festival
body_designated A             2026-02-14  2026-02-14  due        # a Saturday that is worked
body_designated A             2026-02-15  2026-02-14  overdue
body_designated A             2026-03-01  2026-02-14  overdue
body_designated A             2026-03-02  2026-02-14  late       # designated on that day, entered in April
body_designated B             2026-03-30  2026-03-30  due        # its people came on 2026-02-10
body_designated B             2026-03-31  2026-03-30  overdue
body_designated C             2026-06-01  2026-02-14  none
organise_application A        2026-02-01  2025-12-31  none       # the round ended before the first day in use
# --- stage assessment by the city, every three years from the announcement
stage_hold jia 2027-02-28     2026-12-01  2027-03-01  upcoming   # announced on 29 February 2024
stage_hold jia 2027-02-28     2026-12-02  2027-03-01  due        # 60 working days before, without 元旦, 除夕 and 初三
stage_hold jia 2027-02-28     2027-03-01  2027-03-01  due        # 02-28 is a Sunday
stage_hold jia 2027-02-28     2027-03-02  2027-03-01  overdue
stage_hold yi 2026-10-01      2026-07-08  2026-10-08  upcoming
stage_hold yi 2026-10-01      2026-07-09  2026-10-08  met        # begun on that day; the national days lie before its own
stage_hold bing 2023-09-30    2026-06-01  -           -          # before the policy was in force
stage_hold bing 2026-09-30    2026-10-01  2026-09-30  overdue
stage_hold wu 2029-05-20      2029-05-21  2029-05-21  due        # a Sunday
# --- its papers: 40 working days after the point, over the national days and Saturday 10-10, which is worked
stage_material yi             2026-11-30  2026-12-01  due
stage_material yi             2026-12-01  2026-12-01  met
# --- post-evaluation
post_draw 2026                2026-12-31  2026-12-31  due
post_draw 2026                2027-01-04  2026-12-31  overdue
post_draw 2026                2027-01-05  2026-12-31  late
post_material ding            2027-02-04  -           -          # drawn on the 5th
post_material ding            2027-05-01  2027-05-01  due        # the day stored at the draw
post_material ding            2027-05-02  2027-05-01  overdue    # nobody has filed it in the portal
post_hold ding 2027           2027-12-30  2027-12-31  due
post_hold ding 2027           2027-12-31  2027-12-31  met
# --- a district in a key area: a year from its entry
key_area_plan ke1             2026-12-31  2027-03-01  due        # entered on Saturday 2026-02-28; 2027-02-28 is a Sunday
key_area_plan ke1             2027-02-26  2027-03-01  met
key_area_plan ke2             2028-09-30  2029-02-28  due        # entered on 29 February 2028
key_area_plan ke2             2028-10-01  -           -          # the policy that asked for it has expired
# --- policy and standard, 180 working days before 2028-09-30, which does not roll (a Saturday)
policy_expiry                 2028-01-12  2028-09-30  upcoming
policy_expiry                 2028-01-13  2028-09-30  due        # 180 working days before a Saturday
policy_expiry                 2028-09-30  2028-09-30  due
policy_expiry                 2028-10-01  2028-09-30  overdue
# --- another edition of the standard, in force on 2028-07-01, moves no date and meets what was owed of the one before
self_check yi 2027            2028-02-01  2028-04-17  due        # 2028-04-15 is a Saturday
self_check yi 2027            2028-07-02  2028-04-17  overdue
stage_hold jia 2027-02-28     2028-07-02  2027-03-01  overdue
edition_expiry                2028-01-12  2028-09-30  upcoming
edition_expiry                2028-06-30  2028-09-30  due
edition_expiry                2028-07-01  2028-09-30  met
edition_expiry                2028-10-01  2028-09-30  met
# --- a term of the city: ten working days over the spring festival; it stops while the applicant answers, for five of them
accept_case sent 1            2026-02-08  -           -
accept_case sent 1            2026-02-09  2026-02-28  due        # a Saturday that is worked
accept_case sent 1            2026-02-11  2026-02-28  due
accept_case sent 1            2026-02-12  2026-02-28  met        # the applicant was told what is missing
correction sent 1             2026-02-12  2026-03-11  due        # fifteen working days
correction sent 1             2026-02-25  2026-03-11  due
correction sent 1             2026-02-26  2026-03-11  met        # answered
accept_case sent 2            2026-02-25  -           -          # the clock stands still
accept_case sent 2            2026-02-26  2026-03-06  due
accept_case sent 2            2026-03-06  2026-03-06  due
accept_case sent 2            2026-03-07  2026-03-06  overdue
accept_case sent 2            2026-03-09  2026-03-06  late
# --- the arrangement of the next year, by 1 December
holidays_missing 2028         2027-10-31  2027-12-01  upcoming
holidays_missing 2028         2027-11-01  2027-12-01  due
holidays_missing 2028         2027-12-02  2027-12-01  overdue
# --- closing of a year by the director, from the day after its receipts closed, and its report of closed figures
snapshot 2025                 2026-05-31  2026-06-15  upcoming
snapshot 2025                 2026-06-01  2026-06-15  due
snapshot 2025                 2026-06-15  2026-06-15  due
snapshot 2025                 2026-06-16  2026-06-15  late       # closed on that day, its second edition in 2027
snapshot 2026                 2027-06-16  2027-06-15  overdue
snapshot 2027                 2028-06-16  2028-06-15  none       # no self-check of that year was ever opened
yearly_report 2025            2026-06-29  2026-06-30  due        # that of the 20th was made before the year was closed
yearly_report 2025            2026-06-30  2026-06-30  met
yearly_report 2025            2027-06-01  2026-06-30  met
# --- the keeper's backup, a day after the last one that was recorded; earlier ones are not kept
backup_age                    2030-12-30  2030-12-30  none
backup_age                    2030-12-31  2031-01-01  upcoming
backup_age                    2031-01-01  2031-01-01  due
backup_age                    2031-01-02  2031-01-01  overdue
# --- records that no app keeps yet
mechanisms jia 2025           2026-04-01  2026-03-31  none
exchange 2026                 2026-12-01  2026-12-31  none
inspection_plan 2026          2026-02-01  2026-02-02  none       # 01-31 is a Saturday
"""


def cases():
    for line in TABLE.strip().splitlines():
        if not line.startswith("#"):
            *about, day, due, state = line.partition("  #")[0].split()
            yield " ".join(about), dt.date.fromisoformat(day), due, state


def filed(people, district, year, moment):
    check = make_self_check(people, district=district, year=year, filled=False)
    SelfCheck.objects.filter(pk=check.pk).update(status="filed", filed_at=moment, number=f"ZC-{check.pk}")
    return check


def report(district, kind, year, moment):
    told = {"status": "received", "opened_at": at(year + 1, 1, 1), "filed_at": moment}
    return YearlyReport.objects.create(district=district, kind=kind, year=year, **told)


def logged(obj, *steps):
    about = {"machine": "x", "subject": f"{obj._meta.label_lower}:{obj.pk}", "label": "x", "actor_name": "x", "action": "x"}
    for source, target, moment in steps:
        TransitionRecord.objects.create(**about, source=source, target=target, at=moment)


def pilot(people, code, granted, **kw):
    district = make_district(people, name=f"演示{code}城（虚构）", code=code, **kw)
    give_title(district, granted_on=granted)
    return district


def build():
    """The world; everything is entered by ``NOW``, so that each record has to count by its own day."""
    people = cast()
    director = people.city_director
    days = [SpecialDay(dt.date(2026, *day), day in WORKED, "安排") for day in (*OFF, *WORKED)]
    workdays.replace_year(year=2026, days=days, source="国办发明电")
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=director, at=at(2026, 1, 5), reason="首次启用")
    districts = {
        "jia": pilot(people, "jia", dt.date(2024, 2, 29)), "yi": pilot(people, "yi", dt.date(2023, 10, 1)),
        "bing": pilot(people, "bing", dt.date(2020, 9, 30)), "ding": make_district(people, name="演示ding城（虚构）", code="ding"),
        "wu": pilot(people, "wu", dt.date(2026, 5, 20)), "ji": pilot(people, "ji", dt.date(2024, 6, 1)),
    }  # fmt: skip
    give_title(districts["ding"], TitleKind.DEMONSTRATION, granted_on=dt.date(2025, 6, 10))
    bodies = the_bodies(people, districts)
    the_filings(people, districts)
    the_city(people, districts)
    the_closing(people)
    the_decisions(people, districts)
    the_editions()
    return {name: found.pk for name, found in (districts | bodies).items()} | {"sent": f"case-{the_case(people)}"}


def the_bodies(people, districts):
    other = make_organisation(OrganisationKind.AUTHORITY, name="演示乙区人民政府（虚构）")
    make_user(Role.AUTHORITY, other, post_kw={"valid_from": dt.date(2026, 2, 10)})
    real = make_organisation(OrganisationKind.AUTHORITY, name="某区人民政府", is_demo=False)
    absent, silent, late = (make_district(name=f"演示{code}城（虚构）", code=code) for code in ("geng", "xin", "ren"))
    District.objects.filter(pk=silent.pk).update(applicant=make_organisation(name="演示无人公司（虚构）"))
    newcomer = make_organisation(name="演示新来公司（虚构）")
    make_user(Role.PREPARER, newcomer, post_kw={"valid_from": dt.date(2026, 5, 1)})
    District.objects.filter(pk=late.pk).update(applicant=newcomer)
    for district in (absent, silent, late):
        give_title(district, granted_on=dt.date(2024, 6, 1))
    lost = Title.objects.get(district=districts["ji"])
    Title.objects.filter(pk=lost.pk).update(end="cancelled", ended_on=dt.date(2026, 9, 15))
    District.objects.filter(pk=districts["ji"].pk).update(stage="cancelled")
    authority = people.authority_body
    DesignatedBody.objects.create(authority=authority, name="演示区建管委（虚构）", since=dt.date(2026, 3, 2), entered_at=at(2026, 4, 9))
    for year, day in {2027: dt.date(2027, 1, 4), 2028: dt.date(2027, 12, 31)}.items():
        ImplementationPlan.objects.create(authority=authority, year=year, status="filed", filed_on=day, is_demo=True)
    return {"geng": absent, "xin": silent, "ren": late, "A": authority, "B": other, "C": real}


def the_filings(people, districts):
    filed(people, districts["jia"], 2025, at(2026, 3, 31, 23) + dt.timedelta(minutes=59))
    filed(people, districts["yi"], 2025, at(2026, 4, 1, 0) + dt.timedelta(minutes=10))
    filed(people, districts["yi"], 2026, at(2027, 4, 16, 9))
    returned = filed(people, districts["ding"], 2025, at(2026, 5, 6))
    filing = ("signing", "filed")
    logged(returned, (*filing, at(2026, 3, 20)), ("filed", "returned", at(2026, 4, 10)), (*filing, at(2026, 5, 6)))
    received = report(districts["yi"], "operation", 2025, at(2026, 3, 20))
    logged(received, (*filing, at(2026, 3, 20)), ("filed", "received", at(2026, 4, 10)))
    report(districts["jia"], "operation", 2025, at(2026, 3, 2))
    report(districts["jia"], "carbon", 2025, at(2026, 5, 6))


def the_city(people, districts):
    told = {"secret_digest": "a" * 64, "secret": "b" * 64, "committed_at": at(2026, 2, 1)}
    SampleDraw.objects.create(year=2026, is_demo=True, drawn_at=at(2027, 1, 5), **told)
    drawn = SampleDraw.objects.create(year=2027, is_demo=True, drawn_at=at(2027, 2, 5), **told)
    about = {"district": districts["ding"], "draw": drawn, "due": dt.date(2027, 5, 1), "opened_at": at(2027, 2, 5)}
    PostEvaluation.objects.create(year=2027, concluded_at=at(2027, 12, 31), **about)
    stage = make_stage(people, district=districts["yi"], filled=False, due=dt.date(2026, 10, 1))
    days = {"status": "filed", "opened_at": at(2026, 7, 9), "filed_at": at(2026, 12, 1), "concluded_at": at(2026, 10, 9)}
    StageAssessment.objects.filter(pk=stage.pk).update(**days)
    for code, entered, approved in (("ke1", at(2026, 2, 28), dt.date(2027, 2, 26)), ("ke2", at(2028, 2, 29), None)):
        district = districts[code] = make_district(people, name=f"演示{code}城（虚构）", code=code, key_areas=["嘉定新城"])
        AuditRecord.objects.create(at=entered, action="districts.create", subject=f"districts.district:{district.pk}")
        SpecialPlan.objects.create(district=district, approved_on=approved)


def the_closing(people):
    told = {"closed_by": people.city_director, "snapshot_day": dt.date(2025, 12, 31), "closes_on": dt.date(2026, 5, 31), "digest": "a" * 64}
    closing = YearClosing.objects.create(year=2025, status="closed", edition=2, opened_at=at(2026, 6, 1))
    ClosingEdition.objects.create(closing=closing, number=1, closed_at=at(2026, 6, 16), **told)
    ClosingEdition.objects.create(closing=closing, number=2, closed_at=at(2027, 2, 1), reason="试", **told)
    for edition, moment in (("未核定", at(2026, 6, 20)), ("第1版", at(2026, 6, 30, 23)), ("更正第2版", at(2027, 2, 2))):
        times = {"requested_at": moment, "finished_at": moment}
        ExportJob.objects.create(kind="annual_city_open", year=2025, state="done", edition=edition, asked=edition, **times)
    JobRun.objects.create(name="backup", succeeded_at=at(2030, 12, 31, 2))


def the_decisions(people, districts):
    director = people.city_director
    extended = (
        (f"carbon_verification:{districts['bing'].pk}:2025", at(2026, 4, 20), dt.date(2026, 5, 3)),
        (f"carbon_verification:{districts['ding'].pk}:2025", at(2026, 4, 25), dt.date(2026, 5, 9)),
        (f"self_check:{districts['jia'].pk}:2026", at(2027, 3, 1), dt.date(2027, 5, 2)),
        (f"self_check:{districts['bing'].pk}:2026", at(2027, 3, 10), None),
    )
    with clock.at(at(2027, 1, 15)):
        set_setting(by=director, key="selfcheck.due", value="Y+1-04-15", reason="试", effective_on=dt.date(2027, 2, 1))
    for key, moment, until in extended:
        with clock.at(moment):
            waived_or_extended(key, people, "试", until)
    with clock.at(at(2027, 4, 16, 8)):
        period = OutagePeriod(at(2027, 4, 15, 14), at(2027, 4, 15, 22))
        record_outage(period=period, reason="机房断电", by=people.system_keeper)


def the_editions():
    words = {"title": "标准", "official": True, "complete": True, "status": "published", "based_on": "x", "imported_at": at(2024, 1, 1)}
    Edition.objects.create(code="A-2024", digest="a", in_force=dt.date(2024, 12, 1), **words)
    Edition.objects.create(code="A-2028", digest="b", replaces="A-2024", in_force=dt.date(2028, 7, 1), **words)


def the_case(people):
    """An application that came on 9 February, was corrected from the 12th to the 26th, and was accepted on 9 March."""
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people, name="演示sent城（虚构）", code="sent").to_sent()
    with clock.at(at(2026, 2, 12)):
        filing.do("correct", "city_officer", findings=(NewFinding("申请表未盖章", slot="application"),))
    with clock.at(at(2026, 2, 26)):
        filing.answer_all().do("answer", "reviewer")
    with clock.at(at(2026, 3, 9)):
        filing.do("accept", "city_officer")
    return filing.case.pk


def found_on(listed, kind, names, keys):
    """The row that a line is about: by its kind, the body or district and the year or day."""
    prefix = [kind, *(str(keys.get(name, name)) for name in names)]
    rows = [row for row in listed if row.key.split(":")[: len(prefix)] == prefix]
    if kind in {"stage_material", "post_material"}:
        rows = [row for row in listed if row.kind == kind and row.district_id == keys[names[0]]]
    if kind == "post_hold":
        rows = [row for row in listed if (row.kind, row.district_id, row.year) == (kind, keys[names[0]], int(names[1]))]
    [row] = rows or [None]
    return row


@pytest.mark.django_db
def test_every_line_of_the_table():
    keys, wrong = build(), []
    keys |= dict(District.objects.filter(code__in=("ke1", "ke2")).values_list("code", "pk"))
    with clock.at(NOW):
        on = cache(lambda day: everything(Viewer(None, as_of=day)))
        for about, day, due, state in cases():
            kind, *names = about.split()
            row = found_on(on(day), kind, names, keys)
            told = ("-", "-") if row is None else (row.due.isoformat(), row.state(day).value)
            if told != (due, state):
                wrong.append(f"{about} on {day}: {told}, by hand {(due, state)}")
    assert not wrong, "\n".join(wrong)
