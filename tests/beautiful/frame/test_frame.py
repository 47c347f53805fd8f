"""The frame quotes the draft word for word and contains no number that is not in it."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from beautiful.frame.programme import FILE, DocumentState, programme
from indicators.catalogue.item_checks import BEAUTY

SOURCE = (Path(__file__).resolve().parents[1] / "source" / "beautiful-shanghai-draft.txt").read_text(encoding="utf-8")
PROGRAMME = programme()
QUOTED = [
    *PROGRAMME.principles, *(one["goal"] for one in PROGRAMME.horizons), *(one["until"].removesuffix("年") for one in PROGRAMME.horizons),
    *(one["name"] for one in PROGRAMME.documents), *(one["role"] for one in PROGRAMME.documents),
    *(word for area in PROGRAMME.areas for word in (area.name, f"建设{area.city}", area.group_name)),
    *(task for area in PROGRAMME.areas for task in area.tasks), *(word for pair in PROGRAMME.vanguards.items() for word in pair),
    *(one["what"] for one in PROGRAMME.safeguards), *PROGRAMME.pools, PROGRAMME.lead, PROGRAMME.title, f"（{PROGRAMME.mark}）",
]  # fmt: skip


def cells(page, caption):
    """Text of the cells of a table, those of its heads left out."""
    [table] = re.findall(rf"<caption[^>]*>{caption}</caption>(.*?)</table>", page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", table, re.DOTALL)]


@pytest.mark.parametrize("words", sorted(set(QUOTED)))
def test_what_is_quoted_stands_in_the_text(words):
    assert words in SOURCE


def test_a_goal_is_told_to_the_end_of_its_sentence():
    """Whoever reads half of an aim takes it for the whole: a quoted goal ends where its paragraph does."""
    lines = SOURCE.splitlines()
    for horizon in PROGRAMME.horizons:
        [whole] = [line for line in lines if line.startswith(f"到{horizon['until']}，")]
        assert whole == f"到{horizon['until']}，{horizon['goal']}"


def test_nothing_that_is_picked_from_the_text_is_called_the_whole_of_it(client, preparer):
    pages = [client.get(reverse("beautiful:public_programme")), preparer.get(reverse("beautiful:frame"))]
    for page in (answer.content.decode() for answer in pages):
        assert ("原文摘列" in page, "按原文列出" in page, "原文的任务</th>" in page) == (True, False, False)


def test_frame_is_whole():
    assert [area.no for area in PROGRAMME.areas] == list(range(1, 11))
    assert [len(areas) for _, areas in PROGRAMME.groups] == [4, 4, 2]
    assert PROGRAMME.phrases == 95
    assert len({task for area in PROGRAMME.areas for task in area.tasks}) == 95
    assert [one["until"] for one in PROGRAMME.horizons] == ["2025年", "2035年", "本世纪中叶"]
    assert (len(PROGRAMME.documents), len(PROGRAMME.vanguards), len(PROGRAMME.pools)) == (4, 6, 3)
    assert [one["state"] for one in PROGRAMME.documents] == [
        DocumentState.DRAFT, DocumentState.UNKNOWN, DocumentState.UNKNOWN, DocumentState.REPOSTED,
    ]  # fmt: skip


def test_areas_are_those_that_the_standards_name():
    assert [area.key for area in PROGRAMME.areas] == list(BEAUTY)


def test_every_dimension_of_the_districts_speaks_to_known_areas():
    assert {key for keys in PROGRAMME.dimension_links.values() for key in keys} <= {area.key for area in PROGRAMME.areas}


def test_no_number_stands_in_the_data_that_the_text_does_not_have():
    said = FILE.read_text(encoding="utf-8")
    words = re.sub(r"(?m)#.*$|\bno: \d+|key: y\d+|part: \"1\"|\bsource: [^}]*", "", said)  # a source is not the text's
    assert set(re.findall(r"\d+", words)) <= set(re.findall(r"\d+", SOURCE))


@pytest.mark.django_db
def test_public_page_reads_without_an_account_and_is_marked(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get(reverse("beautiful:public_programme"))
    page = answer.content.decode()
    assert [task for area in PROGRAMME.areas for task in area.tasks if task not in page] == []
    for issued in (
        "打造人与自然和谐共生的社会主义现代化国际大都市的实施意见》",
        "《美丽上海建设三年行动计划（2024—2026年）》",
        "文号未查明",
    ):
        assert issued in page, "what was issued exists, though the portal has no text of it"
    told = (PROGRAMME.lead, PROGRAMME.office, *PROGRAMME.pools, *(one["what"] for one in PROGRAMME.safeguards))
    assert [words for words in told if words not in page] == []


@pytest.mark.django_db
def test_areas_by_horizon_have_no_invented_number(preparer):
    page = preparer.get(reverse("beautiful:frame")).content.decode()
    found = cells(page, "十个领域的分期目标")
    assert found == ["原文未写"] * 30
