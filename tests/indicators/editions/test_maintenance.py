"""Editions kept in the browser: import with every problem at once, steps by seat, export and import again."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from greendistrict.core.errors import NotAllowed, Stale
from greendistrict.workflow.procedure import take
from indicators.catalogue import parse
from indicators.editions.models import Edition
from indicators.editions.services import freeze, import_document, load_shipped_editions
from tests.factories.workbooks import saved
from tests.indicators.editions.editions import chapter, dump, edition, item
from tests.steps import version_of

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("indicators")


def text(points=100, code="T-1", **changes):
    head = {**edition([])["edition"], "code": code}
    lines = [item("1", points, {"kind": "claimed"}), item("0", None, {"kind": "pass"})]
    return dump(edition([chapter("one", "1", lines)], edition=head, **changes)).replace("'2024-07-01'", "2024-07-01")


@pytest.fixture
def keeper(people, sign_in):
    return sign_in(people.city_officer)


def upload(client, content, name="标准.yaml", **fields):
    body = content.encode() if isinstance(content, str) else content
    return client.post(reverse("indicators:edition_import"), {"file": SimpleUploadedFile(name, body), **fields})


def step(client, stored, action, **fields):
    url = reverse("indicators:edition_action", args=[stored.pk])
    return client.post(url, {"action": action, "version": version_of(stored), "confirmed": "yes", **fields})


def stored_in(status, **kw):
    made = import_document(parsed=parse(text(**kw))).edition
    Edition.objects.filter(pk=made.pk).update(status=status)
    made.refresh_from_db()
    return made


def test_import_is_the_keepers_alone(people):
    with pytest.raises(NotAllowed, match="评价标准由经办导入"):
        import_document(parsed=parse(text()), by=people.city_director)


def test_broken_file_shows_every_problem_with_line_and_path_and_keeps_nothing(keeper):
    broken = (
        text().replace("official: false", "official: maybe").replace("method: weighted", "method: x").replace("points: 100", "points: 90")
    )
    response = upload(keeper, broken)
    body = response.content.decode()
    assert (response.status_code, Edition.objects.count()) == (422, 0)
    assert f"有{len(parse(broken).problems)}处错误，没有导入" in body
    assert len(parse(broken).problems) > 2
    for written, path, said in [
        ("official: maybe", "edition.official", "应为 true 或 false"),
        ("method: x", "total.method", "应为 weighted、sum 之一"),
    ]:
        where = next(number for number, line in enumerate(broken.splitlines(), start=1) if written in line)
        assert f"第{where}行</th><td><code>{path}</code></td><td>{said}" in body


def test_good_file_becomes_a_draft(keeper, people):
    response = upload(keeper, text())
    stored = Edition.objects.get()
    assert (response.status_code, response.url) == (302, reverse("indicators:edition_detail", args=[stored.pk]))
    assert (stored.status, stored.complete, stored.code) == ("draft", True, "T-1")
    assert "T-1 已导入为草稿" in keeper.get(response.url).content.decode()


def test_incomplete_file_becomes_a_draft_that_cannot_be_checked(keeper):
    upload(keeper, text(levels=None))
    stored = Edition.objects.get()
    assert (stored.status, stored.complete) == ("draft", False)
    response = step(keeper, stored, "check")
    assert (response.status_code, "标准尚未录全，不能校核" in response.content.decode()) == (409, True)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("标准.txt", "x", "“标准.txt”的格式不能导入，请用 YAML 文件（yaml、yml）或按模板填写的 Excel（xlsx）"),
        ("标准.xlsm", "x", "“标准.xlsm”的格式不能导入"),
        ("标准.xlsx", "x", "“标准.xlsx”不是Excel文件或已损坏"),
        ("标准.yaml", "", "文件是空的，请检查后重新选择"),
        ("标准.yaml", "x" * (5 * 1024 * 1024 + 1), "“标准.yaml”有 5.0 MB，超过 5 MB"),
    ],
)
def test_file_that_does_not_do_is_refused_in_words(keeper, name, content, said):
    response = upload(keeper, content, name)
    assert response.status_code in {409, 422}
    assert said in response.content.decode()
    assert not Edition.objects.exists()


def test_text_that_is_no_edition_and_no_file_are_answered_on_the_page(keeper):
    answers = [(upload(keeper, content), "没有导入") for content in ("a: [", "\x00", "- 1\n- 2", "x")]
    for response, words in [*answers, (keeper.post(reverse("indicators:edition_import"), {}), "请选择文件")]:
        assert (response.status_code, words in response.content.decode()) == (422, True)


def test_same_code_is_replaced_only_when_meant(keeper):
    upload(keeper, text())
    other = text(points=50).replace("full: 50", "full: 50")
    response = upload(keeper, other)
    assert response.status_code == 409
    assert "T-1 已有一份（草稿），内容不同；要替换请勾选“替换同编号的标准”" in response.content.decode()
    assert upload(keeper, other, replace="on").status_code == 302
    assert Edition.objects.get().clauses.get(item_id="1").points == 50


@AREA
@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("published", "“退回修改”由审定办理"),
        ("frozen", "T-1 已在使用或已被代替（已锁定），不能改动；修订应另立编号"),
        ("superseded", "T-1 已在使用或已被代替（已被代替），不能改动；修订应另立编号"),
    ],
)
def test_keeper_cannot_replace_what_holds(keeper, status, said):
    stored = stored_in(status)
    response = upload(keeper, text(points=50), replace="on")
    assert said in response.content.decode()
    again = Edition.objects.get()
    assert (again.status, again.digest, again.clauses.get(item_id="1").points) == (status, stored.digest, 100)


@AREA
def test_step_on_a_text_that_changed_meanwhile_is_refused(people, sign_in):
    stored = stored_in("draft")
    old = stored.version
    import_document(parsed=parse(text(points=50)))
    response = step(sign_in(people.city_officer), stored, "check", version=old)
    assert (response.status_code, Edition.objects.get().status) == (409, "draft")
    assert "期间已有人办理或修改，请核对最新情况后再办" in response.content.decode()
    with pytest.raises(Stale):
        take(obj=stored, action="check", by=people.city_officer, version=old)


@AREA
@pytest.mark.parametrize("code", ["GD-REF-2024", "LEED-V4-ND", "DG/TJ 08-2253-2024"])
@pytest.mark.parametrize("kind", ["workbook", "yaml"])
def test_exported_edition_imports_as_the_same(keeper, code, kind):
    load_shipped_editions()
    stored = Edition.objects.get(code=code)
    response = keeper.get(reverse(f"indicators:edition_{kind}", args=[stored.pk]))
    assert response["Content-Disposition"].endswith(
        "2024.xlsx" if (kind, code[0]) == ("workbook", "G") else response["Content-Disposition"][-9:]
    )
    before = (stored.digest, stored.imported_at)
    again = upload(keeper, response.content, f"标准.{'xlsx' if kind == 'workbook' else 'yaml'}")
    assert again.status_code == 302
    stored.refresh_from_db()
    assert (stored.digest, stored.imported_at) == before
    assert f"{code} 内容未变，没有改动" in keeper.get(again.url).content.decode()


def test_workbook_with_errors_names_cells_on_the_page(keeper):
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(keeper.get(reverse("indicators:edition_template")).content))
    response = upload(keeper, saved(book), "标准.xlsx")
    body = response.content.decode()
    assert (response.status_code, Edition.objects.count()) == (422, 0)
    assert "版本!C3</th><td><code>edition.code</code></td><td>应为文字" in body


def test_importing_openpyxl_is_left_to_the_first_import():
    import subprocess
    import sys

    reading = "import django; django.setup(); import indicators.editions.feature, sys"
    code = f"{reading}; print('openpyxl' in sys.modules, 'xlsxwriter' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_new_text_and_a_lock_count_the_version_up():
    first = import_document(parsed=parse(text())).edition.version
    second = import_document(parsed=parse(text(points=50))).edition
    assert second.version > first
    imported = import_document(parsed=parse(text(points=50)))
    again = imported.edition
    assert (imported.changed, again.version, again.imported_at) == (False, second.version, second.imported_at), "the same text"
    Edition.objects.update(status="published")
    freeze(again)
    assert again.version == second.version + 1
