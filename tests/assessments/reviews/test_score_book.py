"""Scoring offline: out as a workbook of the own clauses, back with a preview, nobody's name anywhere."""

import openpyxl
import pytest

from assessments.reviews.models import ExpertScore
from assessments.reviews.services.score_sheet import BOOK
from greendistrict.documents.workbooks.book import MARKS
from tests.assessments.browsing import browser, text_of, url
from tests.assessments.sealed import Desk, refused
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene

AREA = pytest.mark.area("assessments/reviews", "greendistrict/documents")
scored = once(lambda: Scene().to_scoring())
scene = copy_of("scored")


class ScoreDesk(Desk):
    """An expert with the workbook open, and two of the own clauses, the first of which earns points."""

    def __init__(self, scene, place=0):
        self.member = scene.members[place]
        addresses = [url(name, scene.review) for name in ("review_book", "review_import", "review_import_apply")]
        super().__init__(self.member.expert.user, BOOK, *addresses)
        self.points = scene.clause(self.member)
        self.other = self.member.assignments.exclude(item_id=self.points).order_by("pk").first().item_id
        self.export()

    def score(self, item_id):
        return ExpertScore.objects.get(assignment__member=self.member, assignment__item_id=item_id)


@pytest.fixture
def desk(scene):
    return ScoreDesk(scene)


def test_out_and_back_with_a_preview_before_anything_is_written(desk):
    desk.put(desk.other, judgement="一致").put(desk.points, judgement="不同", points="0", comment="没有佐证", comment_kind="须修改")
    preview = desk.send()
    assert (preview.status_code, len(preview.context["preview"].changed), desk.score(desk.points).judgement) == (200, 5, "")
    assert desk.write(preview).status_code == 302
    score = desk.score(desk.points)
    assert (score.judgement, score.points, score.comment, score.comment_kind) == ("differ", 0, "没有佐证", "must")
    assert desk.score(desk.other).judgement == "agree"
    assert "内容相同" in text_of(desk.export().send())


def test_only_the_own_clauses_are_in_it_and_nobodys_name(scene, desk):
    assert {row[0].value for row in desk.lines} == set(desk.member.assignments.values_list("item_id", flat=True))
    user, about = desk.member.expert.user, desk.book.properties
    words = [str(cell) for sheet in desk.book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert not any(user.name in word or user.username in word for word in [*words, desk.name])
    assert not any((about.creator, about.lastModifiedBy, about.title))
    stranger = browser(scene.people.secretariat)
    assert {stranger.get(address).status_code for address in (desk.out, desk.back)} == {404}


@AREA
def test_somebody_elses_workbook_another_review_and_tampered_marks_are_refused(scene, desk):
    desk.book = ScoreDesk(scene, 1).book
    assert refused(desk.send()) == ["工作簿是另一位专家的，请从本页导出"]
    for cell, content, words in (((2, 1), "999", "校对信息被改动"), ((1, 1), "greendistrict.review/0", "旧格式")):
        desk.export().book[MARKS].cell(*cell, content)
        assert words in refused(desk.send())[0]
    desk.book = openpyxl.Workbook()
    assert "不是从本页导出" in refused(desk.send())[0]


def test_points_of_the_rule_only_and_no_comment_without_a_clause(scene, desk):
    assert "评分" in refused(desk.put(desk.points, judgement="不同", points="999", comment="过高").send())[0]
    last = desk.export().sheet.max_row + 1
    desk.sheet.cell(last, desk.at["comment"] + 1, "总体上还要加强")
    answer = desk.send()
    assert (answer.status_code, "意见须写在条文的行里" in refused(answer)[0]) == (422, True)
    foreign = next(one for one in scene.review.claims if not desk.member.assignments.filter(item_id=one).exists())
    desk.sheet.cell(last, desk.at["key"] + 1, foreign)
    assert "没有分派给您" in refused(desk.send())[0]


def test_clauses_that_hold_are_written_and_the_others_come_back(desk):
    desk.put(desk.points, judgement="不同", points="999", comment="过高").put(desk.other, judgement="存疑", comment="请补充")
    preview = desk.send()
    written = desk.write(preview, copy=preview.context["copy"])
    assert (preview.status_code, "其余1行没有写入" in text_of(written)) == (422, True)
    assert (desk.score(desk.points).judgement, desk.score(desk.other).judgement) == ("", "doubt")
    [row] = desk.returned(written).lines
    assert (row[0].value, "评分" in row[-1].value) == (desk.points, True)
    assert desk.write(desk.put(desk.points, points="0").send()).status_code == 302
    assert (desk.score(desk.points).points, desk.score(desk.points).comment) == (0, "过高")


@AREA
def test_what_changed_online_meanwhile_is_asked_and_a_late_change_stops_the_writing(scene, desk):
    scene.judge(desk.member, desk.points, "doubt", comment="在线写的")
    preview = desk.put(desk.points, judgement="一致").send()
    [question] = preview.context["preview"].questions
    assert [option.words for option in question.options] == ["一致", "存疑"]
    assert desk.write(preview).status_code == 409
    chosen = {f"cell-{question.line.address}": "0"}
    scene.judge(desk.member, desk.points, "doubt", comment="又改了")
    assert desk.write(preview, **chosen).status_code == 409
    assert desk.write(desk.send(), **chosen).status_code == 302
    assert desk.score(desk.points).judgement == "agree"


def test_nothing_comes_in_after_handing_in(scene, desk):
    scene.hand_in(desk.member)
    assert desk.send().status_code == 410
    assert desk.client.get(desk.out).status_code == 200
