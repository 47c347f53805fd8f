"""The commands with their exit codes, as a shell would see them."""

import json

import pytest
from django.core.management import CommandError, call_command

from indicators.editions.models import Edition
from tests.indicators.conftest import DATA
from tests.indicators.editions.editions import chapter, dump, edition, item

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(tmp_path):
    control = item("0", None, {"kind": "pass"})
    lines = [control, item("1", 60, {"kind": "claimed"}), item("2", 40, {"kind": "claimed"}, may_exclude=True, exclude_when="没有")]
    path = tmp_path / "小标准.yaml"
    path.write_text(dump(edition([chapter("one", "1", lines, min=20)])).replace("'2024-07-01'", "2024-07-01"), encoding="utf-8")
    return path


def run(capsys, *arguments):
    """Exit code, stdout, stderr."""
    code, reason = 0, ""
    try:
        call_command(*arguments)
    except CommandError as error:
        code, reason = error.returncode, str(error)
    except SystemExit as left:
        code = left.code
    out, err = capsys.readouterr()
    return code, out, err + reason


def scored(capsys, tmp_path, text, *more):
    path = tmp_path / "values.yaml"
    path.write_text(text, encoding="utf-8")
    return run(capsys, "score", "--edition", "T-1", "--type", "new", "--stage", "operation", "--values", str(path), *more)


@pytest.mark.parametrize(
    ("name", "code"), [("reference-2024", 0), ("leed-v4-nd", 0), ("dgtj08-2253-2024", 3), ("dgtj08-2253-2018", 3), ("gbt51255-2017", 3)]
)
def test_import_edition_of_shipped_files(capsys, name, code):
    assert run(capsys, "import_edition", str(DATA / f"{name}.yaml"))[0] == code
    assert Edition.objects.count() == 1


def test_import_edition_check_stores_nothing(capsys, small):
    assert run(capsys, "import_edition", str(small), "--check")[0] == 0
    assert not Edition.objects.exists()


def test_import_edition_invalid_names_line_and_path_and_stores_nothing(capsys, small):
    text = small.read_text(encoding="utf-8").replace("official: false", "official: maybe").replace("method: weighted", "method: x")
    small.write_text(text, encoding="utf-8")
    code, out, _ = run(capsys, "import_edition", str(small))
    assert code == 1
    assert out.splitlines() == [
        "小标准.yaml:4: edition.official: 应为 true 或 false",
        "小标准.yaml:23: total.method: 应为 weighted、sum 之一",
        "小标准.yaml:25: · chapters: 没有章写明方面（政策以外的体系可以如此）",
        "小标准.yaml: 有误，问题2处，提示1处",
    ]
    assert not Edition.objects.exists()


def test_import_edition_without_file(capsys, tmp_path):
    code, _, err = run(capsys, "import_edition", str(tmp_path / "none.yaml"))
    assert code == 1
    assert "无法读取" in err


def test_score_as_json(capsys, tmp_path, small):
    call_command("import_edition", str(small))
    capsys.readouterr()
    code, out, _ = scored(capsys, tmp_path, 'values: {"0": true, "1": 40}\nexclusions: {"2": 区内没有}\n', "--json")
    assert code == 0
    assert json.loads(out) == {
        "edition": "T-1",
        "type": "new",
        "stage": "operation",
        "items": [
            {"id": "0", "points": None, "max": None, "holds": True, "excluded": False},
            {"id": "1", "points": "40.00", "max": "60.00", "holds": None, "excluded": False},
            {"id": "2", "points": "0.00", "max": "40.00", "holds": None, "excluded": True},
        ],
        "chapters": [{"key": "one", "obtained": "40.00", "possible": "60.00", "score": "66.67"}],
        "bonus": "0.00",
        "total": "66.67",
        "level": "star2",
        "blocked_by": [],
    }


def test_score_in_words(capsys, tmp_path, small):
    call_command("import_edition", str(small))
    capsys.readouterr()
    code, out, err = scored(capsys, tmp_path, '{"values": {"0": false, "1": 10, "9.9": 1}}')
    assert code == 0
    assert out.splitlines() == [
        "T-1 试验标准（参考版） · 新建城区 · 实施运管",
        "  章1：10.00/100.00，得分 10.00",
        "加分：0.00",
        "总分：10.00",
        "星级：未达星级",
        "  不满足：控制项 0 条文0",
        "  不满足：章1低于最低分20",
    ]
    assert "9.9" in err


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('exclusions: {"1": 没有}', "条文 1 条文1不允许不参评"), ('exclusions: {"2": ""}', "应写明理由"),
        ('exclusions: {"1": 没有, "2": 没有}', "第1章章1"), ('absent: {"2": 没有}', "不能以“不存在”声明代替取值"),
        ('values: {"1": 61}', "应为0至60的整数"), ("values: [1]", "应以条文号为键"), ('"1": 40', "取值文件应为"),
        ("values: {", "YAML 写法有误"), ('values: {"1": 1, "1": 2}', "同一键写了两次"), ('{"values": {"1": 1, "1": 2}}', "写了两次"),
    ],
)  # fmt: skip
def test_score_refuses_with_exit_2_and_the_reason(capsys, tmp_path, small, text, reason):
    call_command("import_edition", str(small))
    capsys.readouterr()
    code, out, err = scored(capsys, tmp_path, text, "--json")
    assert (code, out) == (2, "")
    assert reason in err


def test_score_refuses_unknown_edition_table_and_file(capsys, tmp_path, small):
    assert scored(capsys, tmp_path, "values: {}")[0] == 2
    call_command("import_edition", str(small))
    table = ["--edition", "T-1", "--type", "old", "--stage", "operation"]
    assert run(capsys, "score", *table, "--values", str(tmp_path / "values.yaml"))[0] == 2
    assert run(capsys, "score", *table, "--values", str(tmp_path / "none.yaml"))[0] == 2


def test_score_refuses_an_incomplete_edition(capsys, tmp_path):
    run(capsys, "import_edition", str(DATA / "dgtj08-2253-2024.yaml"))
    path = tmp_path / "values.yaml"
    path.write_text("values: {}", encoding="utf-8")
    arguments = ["--edition", "DG/TJ 08-2253-2024", "--type", "new", "--stage", "planning", "--values", str(path), "--json"]
    code, out, err = run(capsys, "score", *arguments)
    assert (code, out) == (2, "")
    assert "未录全" in err
