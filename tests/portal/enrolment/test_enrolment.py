"""Organisations, accounts and posts by workbook: preview row by row, one writing, nothing twice, each keeper the own part."""

import re
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from greendistrict.accounts.models import Organisation, PasswordLink, Post, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.models import AuditRecord
from portal.enrolment.readers import BODIES, AccountReader, account_book

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("portal/enrolment", "greendistrict/accounts", "greendistrict/documents")
KEEPER = {"bodies": "system_keeper", "accounts": "system_keeper", "posts": "security_keeper"}
REAL = "91350100M000100Y43"
BODY_ROWS = [
    ["demo-xin-qu", "演示新区人民政府（虚构）", "", "实施主体", "否", "", ""],
    ["demo-xin-js", "演示新区建设和交通委员会（虚构）", "", "区级部门", "", "演示新区人民政府（虚构）", "", "交通、住房城乡建设"],
    ["demo-xin-gs", "演示新区开发公司（虚构）", REAL, "申报主体", "", "演示新区人民政府（虚构）", "演示集团"],
]
PEOPLE_ROWS = [["zhang", "张演示", "zhang@example.invalid"], ["li", "李演示", "li@example.invalid"]]
POST_ROWS = [
    ["zhang", "演示新区开发公司（虚构）", "填报", "", "", ""],
    ["li", "演示新区开发公司（虚构）", "审核签发", "", "2099-12-31", "是"],
]


def filled(client, what, rows):
    """The template as it is downloaded, with the rows typed in."""
    book = openpyxl.load_workbook(BytesIO(client.get(reverse("portal:enrolment_template", args=[what])).content))
    sheet = book.worksheets[0]
    for at, row in enumerate(rows, start=BODIES.first_row + 1):
        for column, value in enumerate(row, start=1):
            sheet.cell(at, column).value = value or None
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def preview(client, what, content):
    upload = SimpleUploadedFile("x.xlsx", content, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    return client.post(reverse("portal:enrolment_import", args=[what]), {"workbook": upload})


def write(client, what, answer):
    token = re.search(r'name="token" value="([^"]+)"', answer.content.decode())
    return client.post(reverse("portal:enrolment_apply", args=[what]), {"token": token.group(1)}) if token else None


def bring_in(client, what, rows):
    answer = preview(client, what, filled(client, what, rows))
    assert answer.status_code == 200, answer.content.decode()
    return write(client, what, answer)


def test_from_three_workbooks_to_people_with_posts(client, people):
    client.force_login(people.system_keeper)
    before = Organisation.objects.count()
    answer = preview(client, "bodies", filled(client, "bodies", BODY_ROWS))
    assert "演示新区开发公司（虚构）" in answer.content.decode()
    assert Organisation.objects.count() == before
    for _ in range(2):
        assert write(client, "bodies", answer).status_code == 302
        assert Organisation.objects.count() == before + 3, "written twice it adds nothing"
    assert Organisation.objects.get(code="demo-xin-js").departments == ["housing", "transport"]
    body = Organisation.objects.get(code="demo-xin-gs")
    assert (body.parent.code, body.credit_code, body.group) == ("demo-xin-qu", REAL, "演示集团")
    answer = preview(client, "accounts", filled(client, "accounts", PEOPLE_ROWS))
    assert [write(client, "accounts", answer).status_code for _ in range(2)] == [302, 302]
    assert PasswordLink.objects.count() == 2
    zhang = User.objects.get(username="zhang")
    assert (zhang.has_usable_password(), posts_of(zhang).roles, PasswordLink.objects.filter(user=zhang).count()) == (False, frozenset(), 1)
    client.force_login(people.security_keeper)
    assert bring_in(client, "posts", POST_ROWS).status_code == 302
    assert posts_of(User.objects.get(pk=zhang.pk)).roles == {"preparer"}
    li = Post.objects.get(user__username="li")
    assert (li.is_admin, str(li.valid_to)) == (True, "2099-12-31")
    assert "没有要写入的改动" in preview(client, "posts", filled(client, "posts", POST_ROWS)).content.decode()
    assert AuditRecord.objects.filter(action="accounts.enrol").count() == 5


@AREA
@pytest.mark.parametrize(
    ("what", "row", "words"),
    [
        ("bodies", ["有汉字", "甲", "", "申报主体"], "小写字母、数字和连字符"), ("bodies", ["jia", "", "", "申报主体"], "名称"),
        ("bodies", ["jia", "甲", REAL[:-1] + "4", "申报主体"], "校验位不符"), ("bodies", ["jia", "甲", "", "别的"], "请填"),
        ("bodies", ["jia", "甲", "", "申报主体", "是"], "类别是实施主体"),
        ("bodies", ["jia", "甲", "", "申报主体", "", "没有的单位"], "没有登记这个上级"),
        ("bodies", ["jia", "演示甲区开发公司（虚构）", "", "申报主体"], "这个名称已登记"),
        ("bodies", ["jia", "甲", "", "申报主体", "", "", "", "水务"], "只填区级部门"),
        ("bodies", ["jia", "甲", "", "区级部门", "", "", "", "水利"], "水利"),
        ("bodies", ["demo-applicant", "演示甲区开发公司（虚构）", "", "咨询单位"], "先由安全管理员终止岗位"),
        ("accounts", ["preparer", "别人", "x@example.invalid"], "不由导入修改"),
        ("accounts", ["wang", "王", "no-mail"], "电子邮箱的格式不对"), ("accounts", ["ｗang", "王", "x@example.invalid"], "全角"),
        ("posts", ["nobody", "演示甲区开发公司（虚构）", "填报"], "没有这个账号"),
        ("posts", ["preparer", "没有的单位", "填报"], "没有登记这个单位"),
        ("posts", ["preparer", "演示市住房城乡建设管理委（虚构）", "填报"], "只能设在"),
        ("posts", ["preparer", "演示甲区开发公司（虚构）", "审核签发"], "须由两人担任"),
        ("posts", ["security_keeper", "演示平台运维（虚构）", "审计管理员"], "不能给自己"),
        ("posts", ["bureau", "演示甲区建设管理委（虚构）", "区专门机构", "", "2020-01-01"], "不能早于"),
        ("posts", ["partner", "演示市规划资源局（虚构）", "协同部门", "2020-01-01", "2099-01-01"], "已任这个岗位"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_named_by_its_cell(client, people, what, row, words):
    client.force_login(people.everybody[KEEPER[what]])
    counts = Organisation.objects.count(), User.objects.count(), Post.objects.count()
    answer = preview(client, what, filled(client, what, [row]))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert write(client, what, answer) is None
    assert (Organisation.objects.count(), User.objects.count(), Post.objects.count()) == counts


def test_good_rows_are_written_and_the_others_come_back(client, people):
    client.force_login(people.system_keeper)
    answer = preview(client, "accounts", filled(client, "accounts", [*PEOPLE_ROWS, ["wang", "王演示", "no-mail"]]))
    html = answer.content.decode()
    assert write(client, "accounts", answer).status_code == 302
    assert not User.objects.filter(username="wang").exists()
    copy = re.search(r'name="copy" value="([^"]+)"', html).group(1)
    back = client.post(reverse("portal:enrolment_apply", args=["accounts"]), {"copy": copy, "returned": "1"})
    sheet = openpyxl.load_workbook(BytesIO(back.content)).worksheets[0]
    assert sheet.cell(BODIES.first_row + 1, 1).value == "wang"


def test_each_keeper_does_the_own_part(client, people):
    """Bodies and accounts are the system keeper's, posts the security keeper's."""
    for seat in ("system_keeper", "security_keeper", "audit_keeper"):
        client.force_login(people.everybody[seat])
        for what, keeper in KEEPER.items():
            names = ("import", "template", "export")
            found = {client.get(reverse(f"portal:enrolment_{name}", args=[what])).status_code for name in names}
            assert found == {200 if seat == keeper else 404}, (seat, what)
            applied = client.post(reverse("portal:enrolment_apply", args=[what]), {"token": "x"}).status_code
            assert (applied == 404) == (seat != keeper)


def test_a_preview_of_somebody_else_is_not_written(client, people):
    client.force_login(people.system_keeper)
    answer = preview(client, "accounts", filled(client, "accounts", PEOPLE_ROWS))
    people.city_officer.posts.update(role="system_keeper", organisation=people.keeper_body)
    client.force_login(people.city_officer)
    assert write(client, "accounts", answer).status_code == 409
    assert not User.objects.filter(username="zhang").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_reading_costs_the_same_queries(people, django_assert_num_queries, client, count):
    client.force_login(people.system_keeper)
    content = filled(client, "accounts", [[f"p{at}", "某", f"p{at}@example.invalid"] for at in range(count)])
    with django_assert_num_queries(1):
        AccountReader(people.system_keeper, None).read(content)


def test_what_is_exported_comes_back_as_no_change(client, people):
    Organisation.objects.filter(code="demo-applicant").update(credit_code=REAL)
    for what, keeper in KEEPER.items():
        client.force_login(people.everybody[keeper])
        content = client.get(reverse("portal:enrolment_export", args=[what])).content
        assert "没有要写入的改动" in preview(client, what, content).content.decode(), what


@AREA
@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=40, deadline=None)
def test_whatever_stands_in_a_row_is_read_or_refused(account, name, email):
    from greendistrict.documents.workbooks.book import Returned

    cells = [text.replace("\x00", "") for text in (account, name, email)]
    if any(ord(sign) < 32 or 0xD800 <= ord(sign) < 0xE000 for text in cells for sign in text):
        return
    found = AccountReader(User(), None).read(account_book((), [Returned(cells, {})]))
    assert len(found.works) + len(found.returned) <= 1
