"""Pages of the guide for visitors and for seats: what they may read, and that figures and steps are those of the portal's tables."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from docx import Document
from openpyxl import load_workbook

from approvals.applications.blank_workbooks import HEADS
from approvals.applications.selectors import form_content
from approvals.cases.checklist import slots_of
from approvals.cases.models.cases import Case
from approvals.casework.selectors.progress import STEPS_OF
from approvals.common.enums import CaseKind
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.policy import services
from greendistrict.policy.in_force import policies
from greendistrict.workflow.registry import machines
from obligations.duty_table import duty_kind
from portal.guide.library import GuideGroup, guide_pages, seat_page
from portal.guide.markdown import pieces_of, rendered
from portal.guide.reader import GuideReader
from portal.guide.samples import EMPTY_ROWS, content_of, forms
from reports.matters import application_forms
from tests.architecture.test_guide import fences
from tests.factories.accounts import cast, make_user
from tests.factories.approvals import make_ready_district

pytestmark = pytest.mark.django_db
PAGES = {page.slug: page for page in guide_pages()}


def words(html):
    return re.sub(r"\s+", "", strip_tags(html))


@pytest.fixture
def read(client):
    def reading(slug, role=None):
        if role:
            client.force_login(make_user(role))
        answer = client.get(reverse("portal:guide_page", args=[slug]))
        assert answer.status_code == 200
        return answer.content.decode()

    return reading


def test_visitors_read_the_public_part_and_nothing_else(client):
    answers = {slug: client.get(reverse("portal:guide_page", args=[slug])).status_code for slug in PAGES}
    assert answers == {slug: 200 if page.public else 404 for slug, page in PAGES.items()}
    listed = client.get(reverse("portal:guide")).content.decode()
    assert [slug for slug, page in PAGES.items() if (f"/guide/{slug}/" in listed) != page.public] == []


def test_procedures_of_the_policy_are_public():
    closed = {page.slug for page in PAGES.values() if page.group == GuideGroup.PROCEDURE and not page.public}
    assert closed == {"review", "standards", "closing"}


@pytest.mark.parametrize("role", [Role.PREPARER, Role.EXPERT, Role.AUDIT_KEEPER])
def test_every_seat_reads_every_page(client, role):
    client.force_login(make_user(role))
    assert {slug: client.get(reverse("portal:guide_page", args=[slug])).status_code for slug in PAGES} == dict.fromkeys(PAGES, 200)


def test_links_are_those_that_the_reader_can_open(read):
    """Whoever cannot open a page of the portal or of the guide reads its name without a link."""
    visitor = read("application")
    assert f'href="{reverse("approvals:case_list")}"' not in visitor
    assert f'href="{reverse("portal:guide_page", args=["review"])}"' not in visitor
    assert "专家技术审查" in visitor
    preparer = read("application", Role.PREPARER)
    assert f'href="{reverse("approvals:case_list")}"' in preparer
    assert f'href="{reverse("portal:guide_page", args=["review"])}"' in preparer


def test_materials_are_those_of_the_checklist(read):
    for slug, ((kind,),) in fences("materials"):
        html = words(read(slug))
        for slot in slots_of(CaseKind(kind)):
            assert words(f"{slot.title}{slot.kind}{slot.guide}") in html
    assert {lines[0][0] for _, lines in fences("materials")} == set(CaseKind.values)


def test_steps_are_those_of_the_machines(read):
    by_name, client_role = {machine.name: machine for machine in machines()}, Role.PREPARER
    for slug, lines in fences("steps"):
        html = words(read(slug, client_role))
        for machine in (by_name[name] for line in lines for name in line):
            for step in machine.transitions:
                who = "、".join(dict.fromkeys(seat.label for seat in step.seats)) or "系统"
                reason = "须写明理由" if step.reason_required else ""
                assert words(f"{step.label}{reason}{who}{machine.state(step.target).label}{step.message}") in html, (slug, step.action)


def test_main_steps_are_those_of_the_case_pages(read):
    for slug, ((kind,),) in fences("progress"):
        html = words(read(slug)).replace("&#8203;", "")
        assert "".join(name for name, _, _ in STEPS_OF[CaseKind(kind)]) in html


def test_conditions_are_those_of_the_policy_in_force(read):
    (policy,) = [one for one in policies() if one.code == "沪住建规范联〔2023〕13号"]
    for slug, lines in fences("conditions"):
        html = words(read(slug))
        steps = {word for line in lines for word in line}
        for rule in policy.rules:
            assert (words(rule.title) in html) or rule.step not in steps
    asked = {word for _, lines in fences("conditions") for line in lines for word in line}
    assert asked >= {"plan", "file", "accept", "grant", "construct", "operate", "request", "conclude", "decide"}


def test_terms_follow_the_settings(read):
    duty = duty_kind("accept_case")
    before = words(read("application"))
    assert words(f"{duty.label}{duty.debtor}{duty.due}默认值") in before
    services.set_setting(by=make_user(Role.CITY_DIRECTOR), key="form_review_days", value=7, reason="处务会议定")
    after = words(read("application"))
    assert words(f"{duty.label}{duty.debtor}收到后7个工作日{duty.met_by}") in after


def test_contacts_are_those_of_the_settings(read, settings):
    assert "尚未登记联系方式" in read("contact")
    settings.CONTACT_OFFICE = {"处室": "演示处", "电话": "演示电话", "邮箱": ""}
    settings.CONTACT_SUPPORT = {"单位": "演示支持"}
    html = words(read("contact"))
    assert "处室演示处电话演示电话" in html
    assert "邮箱" not in html
    assert "尚未登记联系方式" not in html


def test_a_text_is_found_in_the_pages_one_may_read(client):
    def hits(text):
        return {(hit.page.slug, hit.title) for hit in client.get(reverse("portal:guide"), {"q": text}).context["hits"]}

    assert ("application", "材料") in hits("生态诊断等前期工作成果")  # of a table, not of the Markdown
    assert ("glossary", "冻结规划基线") in hits("冻结规划基线")
    assert hits("三员") == set()
    assert hits("查无此词") == set()
    client.force_login(make_user(Role.SYSTEM_KEEPER))
    assert ("keepers", "三员") in hits("三员")


def test_what_is_searched_for_is_printed_as_text(client):
    html = client.get(reverse("portal:guide"), {"q": "<script>x</script>"}).content.decode()
    assert "<script>x" not in html


def test_raw_html_in_markdown_is_printed_as_text():
    (piece,) = pieces_of("<script>x</script> <b onclick='x'>y</b> [z](javascript:x)")
    html = rendered(piece, GuideReader(frozenset(), is_person=False), {})
    assert "<script" not in html
    assert "<b " not in html
    assert "<a " not in html


def test_pages_of_the_guide_cost_one_query(client, count_queries):
    """A visitor's page costs the settings, whatever stands on it."""
    for slug in ("application", "glossary", "score-table"):
        assert count_queries(lambda slug=slug: client.get(reverse("portal:guide_page", args=[slug]))) == 1
    assert count_queries(lambda: client.get(reverse("portal:guide"), {"q": "批复"})) == 1


@pytest.mark.parametrize("name", ["portal:workdesk", "districts:district_list", "accounts:password_change"])
def test_question_mark_leads_to_the_place_of_the_page(client, name):
    client.force_login(make_user(Role.PREPARER))
    html = client.get(reverse(name)).content.decode()
    (href,) = set(re.findall(r'class="gd-keep gd-help" href="([^"]+)"', html))
    page, _, anchor = href.partition("#")
    assert f'id="{anchor}"' in client.get(page).content.decode()


def test_question_mark_stands_on_public_and_error_pages(client):
    assert 'class="gd-keep gd-help"' in client.get(reverse("portal:home")).content.decode()
    assert 'class="gd-keep gd-help"' in client.get(reverse("accounts:login")).content.decode()
    assert f'href="{reverse("portal:guide")}"' in client.get("/no-such-page/").content.decode()


FORMS = sorted(forms())
# Papers that others issue, or that differ with every district.
WITHOUT = {("SQ", "boundary"), ("SQ", "other"), ("YS", "other"), ("BG", "basis"), ("BG", "other")}


def form_words(content):
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [*(one.text for one in document.paragraphs), *cells]


def head_words(content):
    section = Document(BytesIO(content)).sections[0]
    return [one.text for one in [*section.header.paragraphs, *section.first_page_header.paragraphs]]


def cells(content):
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(content)).active.iter_rows()]


def test_materials_of_the_applicant_have_forms():
    kinds = (CaseKind.APPLICATION, CaseKind.ACCEPTANCE, CaseKind.CHANGE)
    uploaded = {(kind.value, slot.key) for kind in kinds for slot in slots_of(kind) if slot.origin == "file"}
    assert uploaded - set(FORMS) == WITHOUT
    assert set(FORMS) - uploaded == {("ZC", "report")}


@pytest.mark.django_db
@pytest.mark.parametrize("which", ["blank", "sample"])
@pytest.mark.parametrize("form", FORMS, ids=str)
def test_visitors_get_every_file_without_a_query(client, django_assert_num_queries, form, which):
    kind, key = form
    with django_assert_num_queries(0):
        answer = client.get(reverse("portal:guide_form", args=[kind, key, which]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    shown = form_words(answer.content) if forms()[form].ending == "docx" else [str(cell) for row in cells(answer.content) for cell in row]
    marked = "演示数据" in "".join(shown if forms()[form].ending == "xlsx" else [*shown, *head_words(answer.content)])
    assert marked == (which == "sample")
    assert any("虚构" in one or "演示" in one for one in shown) == (which == "sample")


@pytest.mark.parametrize("path", ["SQ/nothing/blank", "SQ/plots/other", "XX/plots/blank"])
def test_other_files_are_not_there(client, path):
    assert client.get(f"/guide/forms/{path}/").status_code == 404


def test_workbooks_have_the_heads_of_the_checklist_and_figures_as_figures():
    for key, heads in HEADS.items():
        blank, sample = cells(content_of("SQ", key, filled=False)), cells(content_of("SQ", key, filled=True))
        assert blank[2] == sample[2] == [label for label, _ in heads]
        assert {cell for row in blank[3:] for cell in row[1:]} == {None}
        assert all(row[1] for row in sample[3:6])
        assert any(isinstance(cell, int | float) for cell in sample[3][1:])


def test_tables_of_the_form_have_the_columns_that_are_printed_from_a_case():
    document = Document(BytesIO(content_of("SQ", "application", filled=False)))
    heads = [[cell.text for cell in table.rows[0].cells] for table in document.tables]
    for columns in (application_forms.PROJECTS, application_forms.PLOTS, application_forms.WORKS):
        assert [one.head for one in columns] in heads
    assert {len(table.rows) for table in document.tables if table.rows[0].cells[0].text == "序号"} == {EMPTY_ROWS + 1}


@pytest.mark.django_db
def test_the_form_asks_for_what_the_form_of_a_case_holds():
    asked = form_words(content_of("SQ", "application", filled=False))
    district = make_ready_district(cast())
    case = Case(kind=CaseKind.APPLICATION, district=district, applicant=district.applicant)
    assert [name for name, _ in form_content(case)["facts"] if name not in asked] == []


TITLE = "初次使用，从这三步开始"


def desk(client, query=""):
    return client.get(reverse("portal:workdesk") + query).content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_each_seat_begins_with_its_three_things(client, role):
    client.force_login(make_user(role))
    html = desk(client)
    for step in seat_page(role).first:
        assert f'<a href="{reverse(step.view)}"><b>{step.title}</b></a>' in html
        assert step.text in html
        assert client.get(reverse(step.view)).status_code == 200


def test_they_are_shown_until_they_are_put_away(client):
    user = make_user(Role.PREPARER)
    client.force_login(user)
    assert TITLE in desk(client)
    assert TITLE in desk(client)
    assert TITLE not in desk(client, "?tab=done")
    assert client.get(reverse("accounts:introduced")).status_code == 405
    answer = client.post(reverse("accounts:introduced"))
    assert answer["Location"] == reverse("portal:workdesk")
    assert TITLE not in desk(client)
    assert list(User.objects.filter(introduced=True)) == [user]


def test_without_a_post_there_is_nothing_to_begin_with(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="nobody", name="演示人员"))
    assert TITLE not in desk(client)


def test_they_cost_no_query(client, count_queries):
    user = make_user(Role.PREPARER)
    client.force_login(user)
    shown = count_queries(lambda: desk(client))
    User.objects.filter(pk=user.pk).update(introduced=True)
    assert count_queries(lambda: desk(client)) == shown
