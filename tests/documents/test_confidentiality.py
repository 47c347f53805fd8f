"""Confidentiality of files: chosen beside the upload, inherited, changed with a reason, and what it closes."""

import re

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.template import Context, Template
from django.urls import reverse

from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents import services
from greendistrict.documents.enums import PRINTED, WITHHELD, Confidentiality
from greendistrict.documents.forms import EvidenceField
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_by_key, readable, withheld, withheld_keys
from greendistrict.documents.services import store_bytes
from greendistrict.documents.upload_levels import choose, chosen_for
from tests.architecture.sources import ROOT
from tests.factories.accounts import PostFactory
from tests.factories.districts import file_case
from tests.files import pdf

pytestmark = pytest.mark.django_db


def test_a_file_is_internal_unless_it_is_said_otherwise_and_nothing_else_is_kept(district):
    told = {"name": "材料.pdf", "content_type": "application/pdf", "kind": "plan", "title": "演示材料"}
    file = store_bytes(owner=district, content=pdf(), **told)
    assert file.confidentiality == Confidentiality.INTERNAL
    with pytest.raises(IntegrityError, match="evidence_confidentiality_known"), transaction.atomic():
        Evidence.objects.filter(pk=file.pk).update(confidentiality="secret")
    assert (str(file), file.printed_title) == ("演示材料", "演示材料")
    file.confidentiality = Confidentiality.CLASSIFIED
    assert (str(file), file.printed_title) == (PRINTED, PRINTED), "papers and records do not name a classified file"


def uploaded(owner, by, level=None, **kw):
    file = SimpleUploadedFile("合同.pdf", pdf())
    if level:
        choose(file, level)
    return services.store(owner=owner, upload=file, kind="plan", title="演示合同", by=by, **kw)


READ = {"city_officer", "city_checker", "city_director", "city_legal", "authority", "preparer", "reviewer"}


def test_a_classified_file_is_for_its_owners_side_and_the_city(client, people, district):
    file_case(district)
    file = uploaded(district, people.preparer, Confidentiality.CLASSIFIED)
    url = reverse("documents:download", args=[file.key])
    for seat, user in people.everybody.items():
        client.force_login(user)
        answer = client.get(url)
        assert (answer.status_code, evidence_by_key(Viewer(user), file.key) is not None) == (
            (200, True) if seat in READ else (404, False)
        ), seat
        answer.getvalue()
        named = seat in READ
        assert readable(Viewer(user), Evidence.objects.filter(pk=file.pk)).exists() == named, seat
        assert (withheld(Viewer(user), [file.sha256]), withheld_keys(Viewer(user), [str(file.key)])) == (
            (frozenset(), frozenset()) if named else ({file.sha256}, {str(file.key)})
        ), seat


def test_a_post_with_another_applicant_opens_nothing_and_who_may_not_read_it_does_not_upload_it(people, district):
    """Who prepares for one applicant and advises another reads the classified files of the first only."""
    file_case(district)
    with pytest.raises(Refused, match="密级材料只由归属单位") as refused:
        uploaded(district, people.consultant, Confidentiality.CLASSIFIED)
    assert (refused.value.status, refused.value.file is not None, Evidence.objects.count()) == (409, True, 0)  # told at the field
    file = uploaded(district, people.preparer, Confidentiality.CLASSIFIED)
    PostFactory(user=people.consultant, organisation=people.outsider_body, role="preparer")
    user = User.objects.get(pk=people.consultant.pk)
    assert evidence_by_key(Viewer(user), file.key) is None
    file.confidentiality = Confidentiality.INTERNAL
    file.save()
    assert evidence_by_key(Viewer(user), file.key) == file


def test_a_new_version_is_never_below_the_one_before(people, district):
    for before, chosen, after in (
        ("classified", None, "classified"), ("classified", "public", "classified"), ("internal", "classified", "classified"),
        ("public", None, "public"), ("public", "internal", "internal"),
    ):  # fmt: skip
        first = uploaded(district, people.preparer, before)
        assert uploaded(district, people.preparer, chosen, replaces=first).confidentiality == after, (before, chosen)


def test_a_change_has_a_reason_holds_for_all_versions_and_is_recorded(preparer, people, district):
    first = uploaded(district, people.preparer)
    second = uploaded(district, people.preparer, replaces=first)
    url = reverse("documents:confidentiality", args=[second.key])
    assert "内部：在平台内按权限查看" in preparer.get(url).content.decode()
    for level, reason, status in (("classified", " ", 422), ("internal", "复核", 422), ("classified", "含商业秘密（虚构）", 302)):
        assert preparer.post(url, {"confidentiality": level, "reason": reason}).status_code == status
    assert set(Evidence.objects.values_list("confidentiality", flat=True)) == {"classified"}
    records = AuditRecord.objects.filter(action="documents.confidentiality").order_by("pk")
    assert [(row.data["from"], row.data["to"], row.data["reason"], row.subject_label) for row in records] == [
        ("internal", "classified", "含商业秘密（虚构）", PRINTED)
    ] * 2


CHANGES = {"city_officer", "preparer"}  # the officer, and who adds to the owner; the consultant adds, but never to 密级


@pytest.mark.parametrize("level", [Confidentiality.PUBLIC, Confidentiality.CLASSIFIED])
def test_who_changes_it(people, district, level):
    file_case(district)
    file = uploaded(district, people.preparer)
    may = CHANGES | ({"consultant"} if level == Confidentiality.PUBLIC else set())
    for seat, user in people.everybody.items():
        Evidence.objects.filter(pk=file.pk).update(confidentiality=Confidentiality.INTERNAL)
        file.refresh_from_db()
        if seat in may:
            services.set_confidentiality(evidence=file, level=level, reason="复核（虚构）", by=user)
            assert Evidence.objects.get(pk=file.pk).confidentiality == level, seat
        else:
            with pytest.raises(Refused if seat == "consultant" else NotAllowed):  # told beside the level, which others see no form for
                services.set_confidentiality(evidence=file, level=level, reason="复核（虚构）", by=user)


def test_the_field_keeps_the_choice_with_the_file_and_when_the_form_comes_back():
    class Form(forms.Form):
        scan = EvidenceField(label="扫描件")

    given = Form({"scan-confidentiality": "classified"}, {"scan": SimpleUploadedFile("a.pdf", b"x")})
    assert given.is_valid()
    assert chosen_for(given.cleaned_data["scan"]) == Confidentiality.CLASSIFIED
    plain = Form({}, {"scan": SimpleUploadedFile("a.pdf", b"x")})
    assert plain.is_valid()
    assert chosen_for(plain.cleaned_data["scan"]) == Confidentiality.INTERNAL
    choose(unknown := SimpleUploadedFile("a.pdf", b"x"), "secret")
    assert chosen_for(unknown) is None
    again, fresh = str(Form({"scan-confidentiality": "classified"}, {})["scan"]), str(Form()["scan"])
    assert '<option value="classified" selected>' in again
    assert ("data-level-choice open" in again, "data-level-choice open" in fresh) == (True, False)
    assert ("<span data-level>密级（工作秘密、商业秘密）</span>" in again, "<span data-level>内部</span>" in fresh) == (True, True)
    assert "涉及国家秘密的材料不得上传本平台" in again


def test_every_link_to_a_file_stands_where_its_readers_are_asked():
    """A page that links a file by itself names it to whoever sees the page."""
    inside = re.compile(r"\{% readers [\w.]+ %\}(?:(?!\{% endreaders %\}).)*?\{% endreaders %\}", re.DOTALL)
    frozen = {"templates/assessments/score_page/score_version.html": "withheld_files"}
    form = "{% url 'documents:download' '00000000-0000-0000-0000-000000000000' %}"  # of an address, for a script: no file has that key
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
        if name in frozen:
            assert frozen[name] in text
            continue
        assert "documents:download" not in inside.sub("", text).replace(form, ""), name


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_asks_once_for_each_owner(rf, people, district, number, kept_queries):
    """Each place of a page that shows a file asks for itself, with the viewer of the request."""
    for _ in range(number):
        uploaded(district, people.preparer, Confidentiality.CLASSIFIED)
    request = rf.get("/")
    request.user = User.objects.get(pk=people.preparer.pk)
    assert viewer_of(request).held.roles
    places = Template(
        "{% load confidentiality %}{% for file in files %}{% readers file %}{{ file.title }}{% endreaders %}"
        "{% file_level file %}{{ file|readable_title:request }}{% endfor %}"
    )
    with kept_queries():  # the files, and their owner
        shown = places.render(Context({"request": request, "files": Evidence.objects.all()}))
    assert (shown.count(Evidence.objects.latest("pk").title) >= 2, WITHHELD in shown) == (True, False)
