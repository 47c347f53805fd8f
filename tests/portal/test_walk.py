"""One walk over the portal with the demo's story: every route, link and form, by who may and by who may not (``tests/portal/walk.py``)."""

import json
import os

import pytest

from tests.e2e.conftest import begin_in_january
from tests.portal import routes
from tests.processes import Portal

# What out of sight still answers, and why.
OPEN: dict[str, str] = {
    "approvals:announcement": "a published batch is everybody's, visitors' too",
    "assessments:recusals": "the city's side reads who is to step back while the table is still the applicant's own; no score stands there",
    "operation:ledger_by_key": "leads whoever may not read the ledger to the list of the year",
}
# What an empty form, or reading, is meant to write.
WRITES: dict[str, set[str]] = {
    "get notifications:follow": {"notifications_notification"},
    "get notifications:follow_line": {"notifications_notification"},
    # A clause opened with its material is remembered, so that what was confirmed unseen can be counted.
    "get assessments:review_clause": {"assessments_expertscore"},
    "post assessments:review_clause refused": {"assessments_expertscore"},
    "post assessments:review_files refused": {"assessments_expertscore"},
    # Buttons without a field.
    "post approvals:announcement_create": {"approvals_announcement"},
    "post approvals:case_file_list": {
        "approvals_case",
        "approvals_casedocument",
        "core_issuedfile",
        "core_papercode",
        "documents_evidence",
    },
    "post beautiful:progress_check": {"beautiful_quarterlyprogress"},
    "post districts:indicator_start": {"districts_indicatorrow", "districts_indicatorsystem"},
    "post reports:archive_open": {
        "core_lease",
        "core_papercode",
        "reports_archiveitem",
        "reports_archivevolume",
        "reports_asker",
        "reports_exportjob",
        "reports_lettercopy",
        "reports_lettercopy_readers",
        "workflow_outboxmessage",
    },
    "post approvals:loss_open_revoke": {
        "approvals_case",
        "approvals_lossfile",
        "core_counter",
        "core_papercode",
    },  # facts are written later
    "post outreach:opinion_withdraw": {"outreach_publicopinion"},  # a button alone; the summary can be published again
    # Every field may be left empty.
    "post assessments:review_hours": {"assessments_panelmember"},
    "post districts:boundary_map_number": {"districts_boundary"},
    "post districts:plot_values": {"districts_plot"},
    "post accounts:care": {"accounts_user"},
    "post accounts:introduced": {"accounts_user"},
    "post accounts:password_reset": {"accounts_passwordlink", "workflow_outboxmessage"},
    "post reports:paper": {"core_lease", "core_papercode", "reports_asker", "reports_exportjob", "workflow_outboxmessage"},
    "post notifications:read_all": {"notifications_notification"},
    "post portal:first_day_try": {"portal_openingmark"},  # a button alone: what came of the trial
    "post obligations:feed_settings": {"obligations_calendarfeed"},
    "post reports:obligations_plan": {"core_lease", "core_papercode", "reports_asker", "reports_exportjob", "workflow_outboxmessage"},
    "post signin:passkey_add": {"django_otp_webauthn_webauthnuserhandle"},
}
# Routes of which the story has nothing; they are asked for a thing that is not there.
HOLLOW: set[str] = {
    "approvals:policy_document_check", "approvals:policy_document_return",
    "approvals:setting_sheet", "approvals:setting_sheet_act", "approvals:recorded_check", "approvals:recorded_return",
    "approvals:title_correction_check", "approvals:title_correction_return", "portal:record_request", "portal:record_withdraw",
    "beautiful:area_link_check", "beautiful:area_link_return",
    "carbon:factor_check", "carbon:factor_return", "obligations:waiver_check", "obligations:waiver_return",
    "portal:webhook", "portal:webhook_redeliver", "portal:webhook_remove", "accounts:delegation_end", "accounts:link_decide",
    "accounts:proposal_decide", "approvals:asked_step", "approvals:bulk_run", "approvals:bulk_undo", "approvals:historic_check_scan",
    "approvals:objection_answer", "approvals:objection_contact", "assessments:recusal_answer", "assessments:recusal_body_remove",
    "indicators:entry_draft", "indicators:entry_frame", "indicators:entry_hand_over", "indicators:entry_drop",
    "indicators:entry_chapter", "indicators:entry_chapter_add", "indicators:entry_chapter_data", "indicators:entry_chapter_drop",
    "indicators:entry_chapter_workbook", "indicators:entry_clause",
    "districts:former_shape", "districts:key_area_version",
    "districts:import_undo", "districts:key_project_queued", "districts:plot_queued", "districts:work_queued", "documents:upload",
    "reports:archive_act", "reports:archive_collect", "reports:archive_edit", "reports:archive_hand_over", "reports:archive_item",
    "reports:archive_volume",
}  # fmt: skip


# Places where somebody outside reads that a classified file is withheld, so that its name was looked for where it would stand.
WITHHELD_AT: dict[str, set[str]] = {}


def test_every_part_of_an_address_has_a_filler():
    assert routes.unfilled() == []


@pytest.fixture
def opened(tmp_path):
    with Portal(tmp_path / "opened", f"walk_{os.getpid()}") as made:
        begin_in_january(made)
        yield made


def walked(portal, how):
    seen = json.loads(portal.run("-m", "tests.portal.walk", how).splitlines()[-1])
    assert seen["wrong"] == {}
    assert {name: seen["leaks"][name] for name in sorted(set(seen["leaks"]) - set(OPEN))} == {}
    assert {name: tables for name, tables in seen["wrote"].items() if not set(tables) <= WRITES.get(name, set())} == {}
    assert set(seen["hollow"]) - HOLLOW == set()
    return seen


@pytest.mark.slow
def test_each_set_of_posts_at_each_route(opened):
    seen = walked(opened, "shared")
    assert (seen["seats"] > 15, seen["forms"] > 150, seen["asked"] > 10_000) == (True, True, True)


@pytest.mark.long
def test_everybody_at_each_route(opened):
    seen = walked(opened, "whole")
    assert (set(OPEN) - set(seen["leaks"]), seen["asked"] > 50_000) == (set(), True)  # an exception that nobody needs any more
