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
from approvals.common.enums import CaseKind
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.loader import joined
from greendistrict.policy import services
from greendistrict.policy.duty_table import duty_kind
from greendistrict.policy.in_force import policies
from greendistrict.workflow.declaration import machines, procedure_named
from portal.guide.library import GuideGroup, GuideReader, guide_pages, meaning_of, pieces_of, rendered, seat_page
from portal.guide.samples import EMPTY_ROWS, content_of, forms
from reports.matters import application_forms
from tests.architecture.sources import ROOT
from tests.architecture.test_guide import fences
from tests.factories.accounts import cast, make_user
from tests.factories.approvals import make_ready_district

pytestmark = pytest.mark.django_db
PAGES = {page.slug: page for page in guide_pages()}
TAG = re.compile(r"\{% explained \"([^\"]*)\" %\}")
SHOWN = {
    path.relative_to(ROOT).as_posix(): text
    for path in sorted((ROOT / "templates").rglob("*.html"))
    if TAG.search(text := joined(path.read_text(encoding="utf-8")))
}
ASKED = {"带入", "待确认", "补录", "冻结规划基线", "试点基线", "默认值", "推定", "参考版", "未查明", "本平台理解为"}


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


def test_visitors_read_the_public_part_and_every_seat_every_page(client, count_queries):
    def statuses():
        return {slug: client.get(reverse("portal:guide_page", args=[slug])).status_code for slug in PAGES}

    assert statuses() == {slug: 200 if page.public else 404 for slug, page in PAGES.items()}
    closed = {slug for slug, page in PAGES.items() if page.group == GuideGroup.PROCEDURE and not page.public}
    assert closed == {"review", "standards", "closing"}, "procedures of the policy are public"
    listed = client.get(reverse("portal:guide")).content.decode()
    assert [slug for slug, page in PAGES.items() if (f"/guide/{slug}/" in listed) != page.public] == []
    assert count_queries(statuses) == len(PAGES), "a page costs the settings, whatever stands on it"
    assert count_queries(lambda: client.get(reverse("portal:guide"), {"q": "批复"})) == 1
    for role in (Role.PREPARER, Role.EXPERT, Role.AUDIT_KEEPER):
        client.force_login(make_user(role))
        assert set(statuses().values()) == {200}


def test_links_are_those_that_the_reader_can_open(read):
    """Whoever cannot open a page of the portal or of the guide reads its name without a link."""
    visitor = read("application")
    assert f'href="{reverse("approvals:case_list")}"' not in visitor
    assert f'href="{reverse("portal:guide_page", args=["review"])}"' not in visitor
    assert "专家技术审查" in visitor
    preparer = read("application", Role.PREPARER)
    assert f'href="{reverse("approvals:case_list")}"' in preparer
    assert f'href="{reverse("portal:guide_page", args=["review"])}"' in preparer


def test_materials_and_main_steps_are_those_of_the_cases(read):
    for slug, ((kind,),) in fences("progress"):
        html = words(read(slug)).replace("&#8203;", "")
        phases, _ = procedure_named(CaseKind(kind).machine_name).bar()
        assert "".join(dict.fromkeys(phases.values())) in html
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


def test_conditions_are_those_of_the_policy_in_force(read):
    (policy,) = [one for one in policies() if one.code == "沪住建规范联〔2023〕13号"]
    for slug, lines in fences("conditions"):
        html = words(read(slug))
        steps = dict(word.partition(":")[::2] for line in lines for word in line)
        for rule in policy.rules:
            shown = rule.step in steps and rule.cite.startswith(steps[rule.step])
            assert (words(rule.title) in html) or not shown
    asked = {word.partition(":")[0] for _, lines in fences("conditions") for line in lines for word in line}
    acceptance = words(read("acceptance"))
    assert words(policy.rule("TITLE-REVOKED").title) not in acceptance, "八（四） is no condition of an acceptance"
    assert asked >= {"plan", "file", "accept", "grant", "construct", "operate", "request", "conclude", "decide"}


def test_terms_follow_the_settings(read):
    duty = duty_kind("accept_case")
    before = words(read("application"))
    assert words(f"{duty.label}{duty.debtor}{duty.due}默认值") in before
    services.set_setting(by=make_user(Role.CITY_DIRECTOR), key="form_review_days", value=7, reason="处务会议定")
    after = words(read("application"))
    assert words(f"{duty.label}{duty.debtor}收到后7个工作日{duty.met_by}") in after


@pytest.mark.parametrize(
    ("slug", "rule"),
    [
        *(("self-check", "OPERATE-REPORT"), ("title-loss", "TITLE-REVOKED"), ("yearly-reports", "OPERATE-CARBON")),
        ("stage-assessment", "STAGE-ASSESSMENT"),
    ],
)
def test_a_reading_waits_until_the_city_has_confirmed_it(read, slug, rule):
    shown = words(read(slug))
    assert ("（待确认）" in shown, "（市级已确认）" in shown) == (True, False)
    key = f"reading.沪住建规范联〔2023〕13号.{rule}"
    services.set_setting(by=make_user(Role.CITY_DIRECTOR), key=key, value=True, reason="处务会议定")
    assert "（市级已确认）" in words(read(slug))


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
    assert "<script>x" not in client.get(reverse("portal:guide"), {"q": "<script>x</script>"}).content.decode()
    client.force_login(make_user(Role.SYSTEM_KEEPER))
    assert ("keepers", "三员") in hits("三员")


def test_raw_html_in_markdown_is_printed_as_text():
    (piece,) = pieces_of("<script>x</script> <b onclick='x'>y</b> [z](javascript:x)")
    html = rendered(piece, GuideReader(frozenset(), is_person=False, today=clock.today()), {})
    assert "<script" not in html
    assert "<b " not in html
    assert "<a " not in html


HELP = r'class="gd-keep gd-help" href="([^"]+)"'


@pytest.mark.parametrize("name", ["portal:workdesk", "districts:district_list", "accounts:password_change"])
def test_question_mark_leads_to_the_place_of_the_page(client, name):
    client.force_login(make_user(Role.PREPARER))
    html = client.get(reverse(name)).content.decode()
    (href,) = set(re.findall(HELP, html))
    page, _, anchor = href.partition("#")
    assert f'id="{anchor}"' in client.get(page).content.decode()
    client.logout()
    assert re.search(HELP, client.get(reverse("portal:home")).content.decode())
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


@pytest.mark.parametrize("which", ["blank", "sample"])
@pytest.mark.parametrize("form", FORMS, ids=str)
def test_visitors_get_every_file_without_a_query(client, django_assert_num_queries, form, which):
    kind, key = form
    if form == FORMS[0]:
        for other in (f"{kind}/nothing/{which}", f"{kind}/{key}/other", f"XX/{key}/{which}"):
            assert client.get(f"/guide/forms/{other}/").status_code == 404
    with django_assert_num_queries(0):
        answer = client.get(reverse("portal:guide_form", args=[kind, key, which]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    shown = form_words(answer.content) if forms()[form].ending == "docx" else [str(cell) for row in cells(answer.content) for cell in row]
    marked = "演示数据" in "".join(shown if forms()[form].ending == "xlsx" else [*shown, *head_words(answer.content)])
    assert marked == (which == "sample")
    assert any("虚构" in one or "演示" in one for one in shown) == (which == "sample")


def test_materials_of_the_applicant_have_forms_and_workbooks_the_heads_of_the_checklist():
    kinds = (CaseKind.APPLICATION, CaseKind.ACCEPTANCE, CaseKind.CHANGE)
    uploaded = {(kind.value, slot.key) for kind in kinds for slot in slots_of(kind) if slot.origin == "file"}
    assert (uploaded - set(FORMS), set(FORMS) - uploaded) == (WITHOUT, {("ZC", "report")})
    for key, heads in HEADS.items():
        blank, sample = cells(content_of("SQ", key, filled=False)), cells(content_of("SQ", key, filled=True))
        assert blank[2] == sample[2] == [label for label, _ in heads]
        assert {cell for row in blank[3:] for cell in row[1:]} == {None}
        assert all(row[1] for row in sample[3:6])
        assert any(isinstance(cell, int | float) for cell in sample[3][1:])


def test_the_form_asks_for_what_the_form_of_a_case_holds_in_the_same_columns():
    content = content_of("SQ", "application", filled=False)
    asked, district = form_words(content), make_ready_district(cast())
    case = Case(kind=CaseKind.APPLICATION, district=district, applicant=district.applicant)
    assert [name for name, _ in form_content(case)["facts"] if name not in asked] == []
    document = Document(BytesIO(content))
    heads = [[cell.text for cell in table.rows[0].cells] for table in document.tables]
    for columns in (application_forms.PROJECTS, application_forms.PLOTS, application_forms.WORKS):
        assert [one.head for one in columns] in heads
    assert {len(table.rows) for table in document.tables if table.rows[0].cells[0].text == "序号"} == {EMPTY_ROWS + 1}


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


def test_they_are_shown_until_they_are_put_away_and_cost_no_query(client, count_queries):
    user = make_user(Role.PREPARER)
    client.force_login(user)
    shown = count_queries(lambda: desk(client))
    assert [TITLE in desk(client, query) for query in ("", "?tab=done")] == [True, False]
    assert client.post(reverse("accounts:introduced"))["Location"] == reverse("portal:workdesk")
    assert TITLE not in desk(client)
    assert count_queries(lambda: desk(client)) == shown
    assert list(User.objects.filter(introduced=True)) == [user]
    user.posts.all().delete()
    User.objects.update(introduced=False)
    assert TITLE not in desk(client), "without a post there is nothing to begin with"


def test_words_that_people_ask_for_are_explained_where_they_occur_and_every_word_has_a_meaning():
    assert {word for text in SHOWN.values() for word in TAG.findall(text)} >= ASKED
    (glossary,) = [page for page in guide_pages() if page.slug == "glossary"]
    assert [piece.title for piece in glossary.pieces if not meaning_of(piece.title)] == []
    for text in SHOWN.values():
        for word in TAG.findall(text):
            assert meaning_of(word)


def test_a_meaning_stands_in_no_paragraph():
    """A browser ends a paragraph where what folds begins."""
    assert [found for text in SHOWN.values() for found in re.findall(r"<p\b[^>]*>(.*?)</p>", text) if TAG.search(found)] == []


def test_a_meaning_folds_and_leads_to_the_glossary(client):
    client.force_login(make_user(Role.CITY_OFFICER))
    html = client.get(reverse("approvals:setting_list")).content.decode()
    (found,) = re.findall(r'<details class="gd-meaning">(.*?)</details>', html, re.DOTALL)
    assert meaning_of("默认值") in found
    assert f'href="{reverse("portal:guide_page", args=["glossary"])}#默认值"' in found
