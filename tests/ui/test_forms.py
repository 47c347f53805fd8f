import pytest
from django import forms

from greendistrict.core.forms import choice_words, field_links, plain_errors
from greendistrict.core.widgets import BoxList, DayField


class Sample(forms.Form):
    name = forms.CharField(label="名称", max_length=4, help_text="与批复一致")
    area = forms.DecimalField(label="面积", min_value=0, decimal_places=1, widget=forms.NumberInput(attrs={"data-unit": "km²"}))
    day = DayField(label="日期")
    kind = forms.ChoiceField(label="类型", choices=[("new", "新建")], widget=forms.RadioSelect)
    own = forms.CharField(label="文号", error_messages={"required": "请先登记批复"})
    proof = forms.FileField(label="扫描件")

    def clean(self):
        self.add_error(None, "日期早于批复")


def errors_of(name, /, **data):
    return plain_errors(Sample(data)[name])


def test_stock_errors_say_what_to_do():
    told = {
        ("name", None): "请填写", ("kind", None): "请选择", ("proof", None): "请选择文件", ("own", None): "请先登记批复",  # its own words
        ("name", "一二三四五"): "不超过4个字，现有5个字", ("area", "-1"): "不小于0", ("area", "1.25"): "最多1位小数",
        ("area", "很多"): "请填写数字", ("day", "去年"): "请填写日期，例如2026-11-20", ("kind", "old"): "请从列出的选项中选择",
    }  # fmt: skip
    assert {(name, typed): errors_of(name, **{name: typed} if typed else {}) for name, typed in told} == {
        key: [said] for key, said in told.items()
    }


@pytest.mark.parametrize(("value", "words"), [("new", "新建"), ("trained", "参加培训"), ("no-such", "no-such")])
def test_a_choice_is_worded_by_its_label_also_under_a_heading(value, words):
    class Grouped(forms.Form):
        kind = forms.ChoiceField(choices=[("new", "新建"), ("运营", [("trained", "参加培训")])])

    assert choice_words(Grouped()["kind"], value) == words


def test_what_is_refused_in_words_led_by_the_field_is_led_by_it_once():
    form = Sample({})
    form.is_valid()
    form.add_error("own", "文号：请先登记")
    assert [words for anchor, words in field_links(form) if anchor == "id_own"][-1] == "文号：请先登记"


def test_summary_links_to_fields_and_keeps_form_errors_first():
    links = field_links(Sample({}))
    assert links[0] == ("", "日期早于批复")
    assert ("id_name", "名称：请填写") in links


@pytest.mark.parametrize(("said", "words"), [("数量不能是负数", "数量不能是负数"), ("不能是负数", "数量：不能是负数")])
def test_the_summary_says_the_label_once(said, words):
    class Counted(forms.Form):
        number = forms.IntegerField(label="数量")

        def clean_number(self):
            raise forms.ValidationError(said)

    assert field_links(Counted({"number": "1"})) == [("id_number", words)]


def test_error_and_help_describe_the_control():
    markup = str(Sample({})["name"].as_field_group())
    assert 'aria-describedby="id_name_helptext id_name_error"' in markup
    assert 'id="id_name_helptext"' in markup
    assert 'id="id_name_error"' in markup
    assert 'class="form-control is-invalid"' in markup
    assert markup.index("id_name_error") < markup.index("<input")


def test_classes_by_widget_and_unit_behind_the_label():
    markup = str(Sample())
    assert "km²" in markup
    assert 'class="form-control"' in markup
    assert '<input type="radio" name="kind" value="new"' in markup
    assert "<fieldset" in markup


def test_what_was_typed_stays_and_is_escaped():
    markup = str(Sample({"name": "<b>很长的名称"}))
    assert "&lt;b&gt;很长的名称" in markup


class Bodies(forms.Form):
    bodies = forms.MultipleChoiceField(label="实施主体", choices=[("a", "甲区"), ("b", "<乙>区"), ("c", "丙区")], widget=BoxList)


def test_a_list_of_boxes_shows_what_is_chosen_first_and_in_words():
    markup = str(Bodies({"bodies": ["b", "c"]})["bodies"].as_field_group())
    assert "<legend" in markup
    assert "已选：&lt;乙&gt;区、丙区" in markup
    assert [markup.index(f'value="{value}"') for value in "bca"] == sorted(markup.index(f'value="{value}"') for value in "abc")
    assert markup.count("checked") == 2
    assert "form-control" not in markup[markup.index("gd-boxlist-rows") :]


def test_a_list_of_boxes_says_that_nothing_is_chosen_and_where_the_error_is():
    form = Bodies({})
    markup = str(form["bodies"].as_field_group())
    assert "未选择" in markup
    [(anchor, words)] = field_links(form)
    assert f'id="{anchor}"' in markup
    assert words == "实施主体：请选择"
    form.fields["bodies"].choices = []
    assert "没有可选的" in str(form["bodies"])
