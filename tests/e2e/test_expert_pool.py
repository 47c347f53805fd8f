"""The expert pool in the browser: imported, invited, joined, confirmed, removed; an applicant asks for a recusal, the draw avoids."""

import datetime as dt
from io import BytesIO
from types import SimpleNamespace

import openpyxl
import pytest
from django.urls import reverse

from assessments.experts.models.experts import ExpertProfile
from assessments.experts.pool.workbook import expert_book
from assessments.experts.selectors import specialty_words
from assessments.reviews.models.review import Draw
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.core import clock
from tests.e2e.steps.seats import desk
from tests.factories.accounts import make_organisation, make_user
from tests.factories.reviews import Scene
from tests.steps import step

pytestmark = [
    pytest.mark.area("assessments/experts", "assessments/recusals", "assessments/reviews"),
    pytest.mark.django_db(transaction=True),
]


def workbook(folder, *rows):
    book = openpyxl.load_workbook(BytesIO(expert_book([], specialty_words())))
    for at, row in enumerate(rows, start=4):
        for column, value in enumerate(row, start=1):
            book["专家"].cell(at, column, value)
    path = folder / "专家.xlsx"
    book.save(path)
    return path


def bring_in(secretary, guest, tmp_path, row):
    """The workbook is refused with its cell, mended, written; the new expert joins."""
    secretary.open("/assessments/reviews/")
    secretary.follow("专家库", within="body")
    secretary.shoot("pool", axe=True)
    secretary.follow("从 Excel 导入")
    secretary.page.set_input_files("input[type=file]", workbook(tmp_path, [*row[:4], "低炭", *row[5:]]))
    secretary.press("预览", "没有“低炭”这个专业", expected=422)
    secretary.shoot("refused-cell")
    secretary.page.set_input_files("input[type=file]", workbook(tmp_path, row))
    secretary.press("重新上传", "新登记并邀请", "新来演示")
    secretary.press("写入", "新登记1人")
    guest.open("/desk/")
    guest.follow("答复专家库邀请")
    guest.shoot("invited", axe=True)
    guest.press("同意加入", "在库")


def confirm_and_remove(expert, secretary, gone):
    """An expert confirms the year from the desk; another is removed with a reason."""
    year = clock.today().year
    expert.open("/desk/")
    expert.follow(f"确认{year}年专家信息")
    expert.shoot("confirm", axe=True)
    expert.page.get_by_label("均已核对").check()
    expert.press(f"确认{year}年信息", "本年信息已确认")
    secretary.open(reverse("assessments:expert", args=[gone.pk]))
    secretary.shoot("file", axe=True)
    secretary.fill({"移出的理由": "调离本市"})
    secretary.step("移出专家库", "已移出", "调离本市")


def ask_and_draw(preparer, secretary, scene, recused):
    """The list waits for the answer, then avoids whom the applicant named."""
    page, review = (reverse(f"assessments:{name}", args=[key]) for name, key in (("recusals", scene.table.pk), ("review", scene.review.pk)))
    preparer.open(page)
    preparer.fill({"专家姓名": recused.user.name, "理由": "与本单位有未结纠纷"})
    preparer.press("提出申请", "待答复")
    preparer.shoot("asked", axe=True)
    secretary.open(review)
    secretary.press("登记抽取种子校验值", "尚未答复")
    secretary.follow("申报主体回避信息")
    secretary.press("同意回避")
    secretary.open(f"{review}pool/", "申报单位申请", "在办评审")
    secretary.shoot("candidates", axe=True)
    secretary.open(review)
    secretary.step("抽取专家", "核对数据")
    secretary.shoot("drawn", axe=True)
    preparer.open(page, "名单已经冻结", "已同意")


def print_letter(secretary, scene):
    """The statement of an expert who stepped back, as it comes out of the printer."""
    member = scene.review.members.select_related("expert__user").first()
    step(member, "recuse", member.expert.user, "近亲属在申报单位任职")
    secretary.open(reverse("assessments:review_letter", args=[scene.review.pk, member.pk, "recusal"]))
    secretary.page.emulate_media(media="print")
    secretary.see("近亲属在申报单位任职", "签名")
    secretary.shoot("letter")
    secretary.open(
        reverse("assessments:review_letter", args=[scene.review.pk, scene.review.members.last().pk, "commitment"]), "独立、客观评审"
    )
    secretary.shoot("commitment")


def test_from_the_workbook_to_a_draw_that_avoids(local_browser, live_server, album, tmp_path):
    scene = Scene(extra=5)
    employer = make_organisation(OrganisationKind.EXPERT, "演示新来院（虚构）")
    newcomer = make_user(Role.EXPERT, employer, username="newcomer", name="新来演示")
    people = SimpleNamespace(**vars(scene.people), newcomer=newcomer, confirming=scene.experts[0].user)
    day = dt.date(2020, 1, 1)
    row = ["newcomer", "新来演示", "", "研究员", specialty_words()["lowcarbon"], employer.name, "", day, day, "", "是"]
    gone, recused = scene.experts[1:3]
    with desk(local_browser, live_server, album, people) as seats:
        secretary = seats["secretariat"]
        bring_in(secretary, seats["newcomer"], tmp_path, row)
        confirm_and_remove(seats["confirming"], secretary, gone)
        ask_and_draw(seats["preparer"], secretary, scene, recused)
        print_letter(secretary, scene)
        seats.on_phone("confirming", reverse("assessments:expert_me"))
    drawn = Draw.objects.get(review=scene.review)
    assert not {gone.pk, recused.pk} & set(drawn.result)
    assert gone.pk not in {one["id"] for one in drawn.pool}
    assert ExpertProfile.objects.get(user=newcomer).pk in {one["id"] for one in drawn.pool}
