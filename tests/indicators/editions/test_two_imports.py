"""Two people bring in one new code at the same moment: the second is told, and the first stays."""

import threading

import pytest
from django.db import connection, transaction

from greendistrict.core.errors import Refused
from indicators.catalogue import parse
from indicators.editions.models import Edition
from indicators.editions.services import import_document
from tests.indicators.editions.editions import chapter, dump, edition, item
from tests.waiting import SECONDS, until_somebody_waits

pytestmark = [pytest.mark.area("indicators/editions"), pytest.mark.django_db(transaction=True)]


def text(title):
    data = edition([chapter("a", "4", [item("4.1", 100, {"kind": "claimed"})])])
    data["edition"]["title"] = title
    return dump(data).replace("in_force: '2024-07-01'", "in_force: 2024-07-01")


def imports(title, outcome, *, wait_for=None, tell=None):
    """Import in a transaction that stays open until ``wait_for``; ``tell`` is set as soon as the row is written."""
    try:
        with transaction.atomic():
            outcome[title] = import_document(parsed=parse(text(title)), replace=False).changed
            if tell:
                tell.set()
            if wait_for:
                wait_for.wait(SECONDS)
    except Refused as refused:
        outcome[title] = str(refused)
    finally:
        connection.close()


@pytest.mark.parametrize(("second", "said"), [("乙稿", "T-1 已有一份（草稿），内容不同；要替换请勾选“替换同编号的标准”"), ("甲稿", False)])
def test_the_second_of_two_first_imports_is_answered_in_words(second, said):
    written, go, outcome, answered = threading.Event(), threading.Event(), {}, {}
    first = threading.Thread(target=imports, args=("甲稿", outcome), kwargs={"wait_for": go, "tell": written})
    other = threading.Thread(target=imports, args=(second, answered))
    first.start()
    assert written.wait(SECONDS)
    other.start()
    assert until_somebody_waits()
    go.set()
    first.join()
    other.join()
    assert (outcome, answered) == ({"甲稿": True}, {second: said})
    assert list(Edition.objects.values_list("code", "title")) == [("T-1", "甲稿")]
