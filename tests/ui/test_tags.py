import copy
import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError

from districts.common.enums import Stage
from greendistrict.core.clock import SHANGHAI
from greendistrict.core.errors import Refusal
from greendistrict.core.templatetags import gd
from greendistrict.core.toned_words import TonedWord
from greendistrict.core.widgets import DayField
from greendistrict.policy.engine import ask, degree_of
from greendistrict.policy.facts import Facts
from greendistrict.policy.loader import all_policies
from greendistrict.policy.templatetags.verdicts import degree_word, level_means, level_word
from greendistrict.workflow.machine import State


def test_dates_in_words():
    assert gd.cn_date(dt.date(2026, 11, 20)) == "2026年11月20日"
    assert gd.cn_date(dt.datetime(2026, 11, 19, 23, 0, tzinfo=dt.UTC)) == "2026年11月20日"
    assert gd.cn_datetime(dt.datetime(2026, 11, 20, 9, 5, tzinfo=SHANGHAI)) == "2026年11月20日09:05"
    assert gd.cn_date(None) == ""


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (1234567, None, "1,234,567"), (Decimal("2.345"), 2, "2.35"), (Decimal(-7), 2, "−7.00"), ("", None, ""), (None, 2, ""),
        ("未填", 1, ""), (0, 1, "0.0"),
    ],
)  # fmt: skip
def test_numbers(value, decimals, expected):
    assert gd.num(value, decimals) == expected


def test_shares_and_areas():
    assert gd.pct(Decimal("0.143")) == "14.3%"
    assert gd.pct(None) == ""
    assert gd.km2(2.834) == "2.83 km²"


@pytest.mark.parametrize(
    ("days", "words"), [(29, 'class="gd-due">剩<b>29'), (5, "gd-due-soon"), (0, "今日到期"), (-2, "逾期<b>2</b>个工作日")]
)
def test_due_in_words(days, words):
    assert words in gd.due_tag(days)
    assert gd.due_tag(None) == ""


def test_a_tag_has_the_tone_that_is_given_and_escapes_its_word():
    assert gd.state_tag("合格", "blue") == '<span class="gd-tag gd-tag-blue">合格</span>'
    assert "gd-tag-red" in gd.state_tag("其他", "danger")
    assert gd.state_tag("<i>") == '<span class="gd-tag">&lt;i&gt;</span>'


def test_a_tag_guesses_no_colour_from_its_word():
    assert gd.state_tag("合格") == gd.state_tag("合格", "") == '<span class="gd-tag">合格</span>'


def test_states_and_marks_bring_their_word_and_their_tone():
    assert gd.state_tag(State("done", "办妥", tone="success")) == '<span class="gd-tag gd-tag-green">办妥</span>'
    assert gd.state_tag(Stage.PILOT) == '<span class="gd-tag gd-tag-blue">试点</span>'
    assert gd.state_tag(TonedWord("晚了", "red")) == '<span class="gd-tag gd-tag-red">晚了</span>'
    assert gd.state_tag(TonedWord("晚了", "red"), "") == '<span class="gd-tag">晚了</span>'


def test_a_state_takes_word_and_tone_of_its_key():
    assert (State(Stage.REVOKED).label, State(Stage.REVOKED).tone) == ("撤销称号", "danger")
    assert (State(Stage.PILOT, "另一词", tone="warning").label, State("new", "新").tone) == ("另一词", "neutral")


def test_a_mark_keeps_its_tone_when_it_is_stored_in_a_cache():
    kept = copy.copy(TonedWord("晚了", "red"))  # by the same protocol as a pickle
    assert (kept, kept.tone) == ("晚了", "red")


def test_icon_is_decoration_unless_it_is_named():
    assert 'aria-hidden="true"' in gd.icon("home")
    assert 'role="img" aria-label="未满足"' in gd.icon("no", "未满足")


def test_refusals_in_one_shape():
    assert gd.refusal_parts("不行").text == "不行"
    assert gd.refusal_parts({"text": "缺", "cite": "八（一）"}).cite == "八（一）"
    assert gd.refusal_parts(Refusal("请填写理由", field="reason")).href == "#id_reason"


def test_reason_says_required_and_found_once():
    said = Refusal("待开发用地面积：要求≥ 0.5 km²，现状0.3 km²", required="≥ 0.5 km²", found="0.3 km²")
    apart = Refusal("专家全部提交后才能开会", required="5人全部提交", found="2人已提交")
    page = Template('{% include "components/refusals.html" %}').render(Context({"refusals": [said, apart]}))
    assert page.count("要求≥ 0.5 km²") == 1
    assert "要求5人全部提交，现状2人已提交" in page


def test_levels_by_code_or_word():
    assert level_word("must") == "应"
    assert level_word("宜") == "宜"
    assert level_means("info") == "只作说明"


def test_a_condition_shows_the_word_of_its_clause_and_that_of_its_level_only_where_none_was_kept():
    words = {rule.id: degree_word(vars(ask(rule, Facts({})))) for rule in all_policies()[-1].rules}
    assert words == {rule.id: rule.degree for rule in all_policies()[-1].rules}
    assert (words["APPLY-LAND-RATIO"], degree_of("APPLY-LAND-RATIO"), degree_of("NO-RULE")) == ("不应", "不应", "")
    assert degree_word({"level": "must"}) == "应"


def test_filters_in_force_can_be_taken_off(rf):
    from portal.gallery.views import SampleFilter

    request = rf.get("/?stage=pilot&q=江&page=3&order=-area")
    chips = gd.active_filters(Context({"request": request}), SampleFilter(request.GET))
    assert [(chip.label, chip.value) for chip in chips] == [("名称或编号", "江"), ("阶段", "试点")]
    assert chips[1].without == "?q=%E6%B1%9F&order=-area"


def test_a_choice_under_a_heading_reads_by_its_label_and_a_day_like_every_other_date(rf):
    headed = [("得分", [("total", "总分")]), ("碳排放和运行", [("year:used", "资金使用")])]

    class Filter(forms.Form):
        figure = forms.ChoiceField(label="指标", required=False, choices=headed)
        due = DayField(label="期限", required=False)

    def chips(query):
        request = rf.get(f"/?{query}")
        return [chip.value for chip in gd.active_filters(Context({"request": request}), Filter(request.GET))]

    assert [chips(query) for query in ("figure=year:used", "due=2026-03-01", "due=soon")] == [["资金使用"], ["2026年3月1日"], ["soon"]]


def test_count_without_frame_is_nothing():
    assert Template('{% load gd %}{% count "todo" as n %}{{ n }}').render(Context({})) == "None"


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ('{% card "名单" %}<p>甲</p>{% endcard %}', '<section class="gd-card"><header><h2>名单</h2></header><p>甲</p></section>'),
        (
            '{% card word id="x" note=n extra="y" %}{{ word }}{% endcard %}',
            '<section class="gd-card y" aria-labelledby="x"><header><h2 id="x">&lt;</h2><span class="gd-n">0</span></header>&lt;</section>',
        ),
        (
            '{% card "名单" anchor="a" %}<a href="#b">{{ word }}</a>{% body %}{{ n }}{% endcard %}{{ title }}',
            '<section class="gd-card" id="a"><header><h2>名单</h2><a href="#b">&lt;</a></header>0</section>',
        ),
        (
            "{% card %}<b>{{ word }}</b>{% title %}甲{% endcard %}",
            '<section class="gd-card"><header><h2><b>&lt;</b></h2></header>甲</section>',
        ),
        (
            '{% card id="x" %}{{ word }}{% title %}甲{% body %}乙{% endcard %}',
            '<section class="gd-card" aria-labelledby="x"><header><h2 id="x">&lt;</h2>甲</header>乙</section>',
        ),
    ],
)
def test_a_card_has_one_head_and_escapes_what_it_shows(source, page):
    assert Template("{% load gd %}" + source).render(Context({"word": "<", "n": 0})) == page


@pytest.mark.parametrize("head", ['"名单" colour="red"', '"名单" red'])
def test_a_card_knows_its_options(head):
    with pytest.raises(TemplateSyntaxError, match="card does not know"):
        Template("{% load gd %}{% card " + head + " %}{% endcard %}")


BLOCK = '<div class="table-responsive position-relative">'
ALONE = '<div class="gd-tablewrap z" tabindex="0" role="region" aria-label="&lt;">'


@pytest.mark.parametrize(
    ("head", "before", "css", "caption", "after"),
    [
        ('"名单"', BLOCK, '"gd-table gd-table-plain"', '<caption class="visually-hidden">名单</caption>', "</div>"),
        (
            'word shown="gd-strong" alone=True turn=True css="y" wrap="z" label=word',
            ALONE,
            '"gd-table gd-table-turn y" data-heads',
            '<caption class="gd-strong">&lt;</caption>',
            "</div>",
        ),
        ("plain=False bare=True groups=True", "", '"gd-table"', "", ""),
    ],
)
def test_a_table_stands_in_one_form(head, before, css, caption, after):
    group = "<tbody><tr><td>0</td></tr></tbody>"
    rows = group if "groups" in head else "<tr><td>{{ n }}</td></tr>"
    page = Template("{% load gd %}{% table " + head + " %}<th>{{ word }}</th>{% rows %}" + rows + "{% endtable %}")
    table = f"<table class={css}>{caption}<thead><tr><th>&lt;</th></tr></thead>{group}</table>"
    assert page.render(Context({"word": "<", "n": 0})) == before + table + after


def test_sums_of_a_table_stand_below_its_rows():
    source = "{% load gd %}{% table bare=True %}{% rows %}<tr></tr>{% foot %}{% if n %}<tr><td>{{ n }}</td></tr>{% endif %}{% endtable %}"
    end = "<tbody><tr></tr></tbody>{}</table>"
    assert Template(source).render(Context({"n": 2})).endswith(end.format("<tfoot><tr><td>2</td></tr></tfoot>"))
    assert Template(source).render(Context({"n": 0})).endswith(end.format(""))


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("{% compared word n %}", "<td>&lt;</td><td></td>"),
        ('{% compared lines word empty="无" mark=True %}', "<td>甲<br>乙</td><td><ins>&lt;</ins></td>"),
        ('{% compared n word empty="无" %}', '<td class="gd-nowrap">无</td><td>&lt;</td>'),
    ],
)
def test_values_are_compared_side_by_side(source, page):
    assert Template("{% load gd %}" + source).render(Context({"word": "<", "n": "", "lines": "甲\n乙"})) == page


def test_gaps_of_an_option_are_filled_one_after_the_other():
    assert Template('{% load gd %}{{ "第{}次，共{}次"|fill:2|fill:n }}').render(Context({"n": "<"})) == "第2次，共&lt;次"


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ('{% term "面积" n %}', "<dt>面积</dt><dd>0</dd>"),
        ("{% term word word when=n %}", ""),
        ('{% term word word when=word css="gd-code" %}', '<dt>&lt;</dt><dd class="gd-code">&lt;</dd>'),
    ],
)
def test_a_line_of_a_definition_list_is_left_out_unless_there_is_reason(source, page):
    assert Template("{% load gd %}" + source).render(Context({"word": "<", "n": 0})) == page
