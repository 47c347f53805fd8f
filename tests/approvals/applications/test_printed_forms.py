"""The printed form of each kind of case: what the kind has, as locked or of today, and whose opinion it is."""

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases.selectors.materials import materials_of
from greendistrict.accounts.viewer import Viewer
from reports.composition.printed import texts_of
from reports.matters import dossier
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import Accepting, Losing, failing
from tests.factories.approvals import Filing

pytestmark = pytest.mark.django_db
OF_APPLICATIONS = ("绿色生态专业规划", "近期重点项目", "六、评分表", "条件核对", "没有现行政策", "填报中", "申报星级")
UNLOCKED = "未锁定"


def shown(walk, name="case_print", seat="preparer"):
    client = Client()
    client.force_login(getattr(walk.people, seat))
    return client.get(reverse(f"approvals:{name}", args=[walk.case.pk]))


def test_a_change_prints_its_comparison_and_nothing_of_an_application():
    asked = Asked().to_checking()
    text, lines, said = shown(asked).content.decode(), asked.case.change.lines, asked.case.change.reason
    assert [line[name] in text for line in lines for name in ("what", "before", "after")] == [True] * 3 * len(lines) != []
    assert (said in text, "锁定" in text, UNLOCKED in text, "五、申报主体意见" in text) == (True, True, False, True)
    assert [words for words in OF_APPLICATIONS if words in text] == []
    told = "".join(texts_of(dossier.compose(Viewer(asked.people.preparer), asked.case, [])))
    assert [words for words in ("申报星级", "适用标准") if words in told] == []


def test_a_change_not_yet_signed_says_that_nothing_is_locked():
    text = shown(Asked().to_draft()).content.decode()
    assert (UNLOCKED in text, "正在填报" in text) == (True, False)


def test_nobody_applies_for_a_loss_of_title_so_no_form_of_it_is_printed_or_linked():
    walk = Losing(*failing()).to_decided()
    assert shown(walk, seat="city_officer").status_code == 404
    printed = reverse("approvals:case_print", args=[walk.case.pk])
    assert [name for name in ("case", "case_files") if printed in shown(walk, name, "city_officer").content.decode()] == []


@pytest.mark.parametrize(
    ("made", "title"),
    [(lambda: Filing().to_accepted(), "试点申报表"), (Accepting, "终期验收申请表"), (lambda: Asked().to_draft(), "变更申请")],
)
def test_every_other_kind_links_its_form_by_its_own_title(made, title):
    walk = made()
    assert f"<h1>{title}</h1>" in shown(walk).content.decode().replace("\n", "").replace("  ", "")
    printed = f'href="{reverse("approvals:case_print", args=[walk.case.pk])}"'
    files = shown(walk, "case_files").content.decode()
    assert printed in files
    assert title in files.partition(printed)[2][:200]
    assert [line.slot.title for line in materials_of(walk.case) if line.slot.template == "print"] == [title]


def test_a_case_without_a_score_table_does_not_say_that_one_is_being_filled_in():
    filing = Filing().to_accepted()
    type(filing.case).objects.filter(pk=filing.case.pk).update(table=None)
    text = shown(filing).content.decode()
    assert ("没有评分表" in text, "尚未提交" in text) == (True, False)
