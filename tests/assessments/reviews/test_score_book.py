"""Scoring offline: out as a workbook of the own clauses, back with a preview, nobody's name anywhere."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.reviews.models.review import ExpertScore
from assessments.reviews.services.score_sheet import BOOK
from greendistrict.documents.workbooks.book import MARKS
from tests.factories.reviews import Scene

pytestmark = pytest.mark.django_db
AT = {column.field: at for at, column in enumerate(BOOK.columns)}


@pytest.fixture
def scene():
    return Scene().to_scoring()


class Desk:
    """An expert with the workbook open."""

    def __init__(self, scene, place=0):
        self.scene, self.member = scene, scene.members[place]
        self.client = Client()
        self.client.force_login(self.member.expert.user)
        self.book = None

    def url(self, name):
        return reverse(f"assessments:{name}", args=[self.scene.review.pk])

    def export(self):
        answer = self.client.get(self.url("review_book"))
        assert answer.status_code == 200
        self.raw, self.name = answer.content, answer.headers["Content-Disposition"]
        self.book = openpyxl.load_workbook(BytesIO(answer.content))
        return self

    def row_of(self, item_id):
        rows = self.book[BOOK.sheet].iter_rows(min_row=BOOK.first_row + 1, max_col=1)
        return next(row[0].row for row in rows if row[0].value == item_id)

    def put(self, item_id, **cells):
        for name, value in cells.items():
            self.book[BOOK.sheet].cell(self.row_of(item_id), AT[name] + 1, value)
        return self

    def send(self):
        out = BytesIO()
        self.book.save(out)
        return self.client.post(self.url("review_import"), {"workbook": SimpleUploadedFile("评分.xlsx", out.getvalue())})

    def apply(self, preview, **choices):
        found = preview.context
        return self.client.post(self.url("review_import_apply"), {"token": found["token"], "stamp": found["preview"].stamp, **choices})

    def score(self, item_id):
        return ExpertScore.objects.get(assignment__member=self.member, assignment__item_id=item_id)


def refused(answer):
    found = answer.context["preview"]
    return [line.note for line in found.refused] + found.problems


def test_out_and_back_with_a_preview_before_anything_is_written(scene):
    desk = Desk(scene).export()
    first, second = [one.item_id for one in desk.member.assignments.order_by("pk")[:2]]
    points = scene.clause(desk.member)
    other = next(one for one in (first, second) if one != points)
    desk.put(other, judgement="一致").put(points, judgement="不同", points="0", comment="没有佐证", comment_kind="须修改")
    preview = desk.send()
    assert preview.status_code == 200
    assert len(preview.context["preview"].changed) == 5
    assert desk.score(points).judgement == ""
    assert desk.apply(preview).status_code == 302
    score = desk.score(points)
    assert (score.judgement, score.points, score.comment, score.comment_kind) == ("differ", 0, "没有佐证", "must")
    assert desk.score(other).judgement == "agree"
    again = desk.export().send()
    assert "内容相同" in again.content.decode()


def test_only_the_own_clauses_are_in_it_and_nobodys_name(scene):
    desk = Desk(scene).export()
    keys = [row[0].value for row in desk.book[BOOK.sheet].iter_rows(min_row=BOOK.first_row + 1, max_col=1)]
    assert set(keys) == set(desk.member.assignments.values_list("item_id", flat=True))
    user = desk.member.expert.user
    words = [str(cell) for sheet in desk.book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert not any(user.name in word or user.username in word for word in [*words, desk.name])
    about = desk.book.properties
    assert not any((about.creator, about.lastModifiedBy, about.title))
    stranger = Client()
    stranger.force_login(scene.people.secretariat)
    assert stranger.get(desk.url("review_book")).status_code == 404
    assert stranger.get(desk.url("review_import")).status_code == 404


def test_somebody_elses_workbook_another_review_and_tampered_marks_are_refused(scene):
    mine, other = Desk(scene), Desk(scene, 1)
    mine.book = other.export().book
    assert refused(mine.send()) == ["工作簿是另一位专家的，请从本页导出"]
    for cell, words in (((2, 1), "校对信息被改动"), ((1, 1), "旧格式")):
        mine.export().book[MARKS].cell(*cell, "greendistrict.review/0" if cell == (1, 1) else "999")
        assert words in refused(mine.send())[0]
    mine.book = openpyxl.Workbook()
    assert "不是从本页导出" in refused(mine.send())[0]


def test_points_of_the_rule_only_and_no_comment_without_a_clause(scene):
    desk = Desk(scene).export()
    points = scene.clause(desk.member)
    desk.put(points, judgement="不同", points="999", comment="过高")
    assert "评分" in refused(desk.send())[0]
    desk.export()
    last = desk.book[BOOK.sheet].max_row + 1
    desk.book[BOOK.sheet].cell(last, AT["comment"] + 1, "总体上还要加强")
    answer = desk.send()
    assert answer.status_code == 422
    assert "意见须写在条文的行里" in refused(answer)[0]
    foreign = next(one for one in scene.review.claims if not desk.member.assignments.filter(item_id=one).exists())
    desk.book[BOOK.sheet].cell(last, AT["key"] + 1, foreign)
    assert "没有分派给您" in refused(desk.send())[0]


def test_clauses_that_hold_are_written_and_the_others_come_back(scene):
    desk = Desk(scene).export()
    points = scene.clause(desk.member)
    other = next(one for one in desk.member.assignments.values_list("item_id", flat=True) if one != points)
    desk.put(points, judgement="不同", points="999", comment="过高").put(other, judgement="存疑", comment="请补充")
    preview = desk.send()
    assert preview.status_code == 422
    written = desk.apply(preview, copy=preview.context["copy"])
    assert "其余1行没有写入" in written.content.decode()
    assert (desk.score(points).judgement, desk.score(other).judgement) == ("", "doubt")
    back = desk.client.post(desk.url("review_import_apply"), {"copy": written.context["copy"], "returned": "1"})
    desk.book = openpyxl.load_workbook(BytesIO(back.content))
    assert [row[0].value for row in desk.book[BOOK.sheet].iter_rows(min_row=BOOK.first_row + 1)] == [points]
    assert "评分" in desk.book[BOOK.sheet].cell(desk.row_of(points), len(BOOK.columns) + 1).value
    desk.put(points, points="0")
    assert desk.apply(desk.send()).status_code == 302
    assert (desk.score(points).points, desk.score(points).comment) == (0, "过高")


def test_what_changed_online_meanwhile_is_asked_and_a_late_change_stops_the_writing(scene):
    desk = Desk(scene).export()
    item = scene.clause(desk.member)
    scene.judge(desk.member, item, "doubt", comment="在线写的")
    desk.put(item, judgement="一致")
    preview = desk.send()
    question = preview.context["preview"].questions[0]
    assert [option.words for option in question.options] == ["一致", "存疑"]
    assert desk.apply(preview).status_code == 409
    code = f"cell-{question.line.address}"
    scene.judge(desk.member, item, "doubt", comment="又改了")
    assert desk.apply(preview, **{code: "0"}).status_code == 409
    preview = desk.send()
    assert desk.apply(preview, **{code: "0"}).status_code == 302
    assert desk.score(item).judgement == "agree"


def test_nothing_comes_in_after_handing_in(scene):
    desk = Desk(scene).export()
    scene.hand_in(desk.member)
    assert desk.send().status_code == 410
    assert desk.client.get(desk.url("review_book")).status_code == 200
