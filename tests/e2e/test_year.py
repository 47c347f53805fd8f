"""The main journey: one district through its working year, in the browser, by the seats who do it."""

import datetime as dt
import time

import pytest

from tests.e2e.steps import application, decision, district, meeting, panel, planning, receipt, reports, selfcheck, setting
from tests.e2e.steps.year import Year
from tests.processes import SELDOM

pytestmark = pytest.mark.slow
STEPS = (
    district.register, district.fill_profile, district.authorise_consultant, district.write_plan,
    district.write_indicators, district.fill_lists,
    district.approve_plan,
    application.start, application.look_at_check, application.upload_files,
    planning.fill_first_chapter_by_keyboard, planning.fill_the_rest,
    application.give_reason, application.hand_up, application.sign,
    receipt.endorse, receipt.correct_once, receipt.answer, receipt.accept, receipt.review_form,
    panel.draw, panel.reply, panel.assign,
    meeting.score_alone, meeting.call, meeting.agree, meeting.vote_and_sign, meeting.conclude,
    decision.open_notice, decision.close_notice, decision.decide, decision.announce, decision.look_at_title,
    selfcheck.opens, selfcheck.fill_table, selfcheck.add_evidence, selfcheck.write_report, selfcheck.hand_up_and_sign,
    selfcheck.countersign_and_receive,
    reports.look_at_automatic_report, reports.request_city_report, reports.compare,
)  # fmt: skip


def test_a_district_goes_through_its_year(portal, browser, album):
    accounts = setting.prepare(portal, dt.date(2025, 3, 3))
    portal.start_web()
    portal.start_background(beat=False)
    portal.start_beat(SELDOM)  # the new year needs the jobs of a day, see selfcheck.opens
    year = Year(portal, browser, album, accounts, setting.plausible_values(portal))
    for step in STEPS:
        began = time.monotonic()
        step(year)
        print(f"{step.__module__.rsplit('.', 1)[-1]}.{step.__name__} {time.monotonic() - began:.1f} s")  # noqa: T201 -- shown when one fails
    year.end()
    assert portal.complaints() == ""
