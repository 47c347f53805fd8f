"""Beside what the policy leaves open stands that another document, not received, may regulate it."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from greendistrict.policy.documents import unread_documents, unread_guide

ROOT = Path(__file__).resolve().parents[2]
APPLICATIONS = ("templates/approvals", "templates/portal/policy", "templates/obligations", "approvals", "reports/matters", "portal/policy")


def test_nothing_about_applications_is_said_to_be_unregulated_without_the_guide():
    """A guide to applications exists: 文件未规定 would deny it."""
    files = [path for part in APPLICATIONS for kind in ("*.html", "*.py") for path in (ROOT / part).rglob(kind)]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in files}
    assert [name for name, text in texts.items() if "文件未规定" in text] == []
    said = {name for name, text in texts.items() if re.search("《指导意见》未规定", text)}
    assert {name for name in said if "unread_guide" not in texts[name]} == {"approvals/settings/views.py"}, "its page says so above"
    assert len(said) > 5


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["portal:public_policy", "policy:rule_list"])
def test_the_policy_page_names_the_document_and_how_it_is_known(preparer, name):
    page = preparer.get(reverse(name)).content.decode()
    for one in unread_documents():
        assert f"《{one.title}》（{one.code}）" in page
        assert one.known_by in page
    assert unread_guide() in page
