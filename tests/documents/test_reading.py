"""The page that shows a file, and two side by side."""

import uuid

import pytest
from django.urls import reverse

from greendistrict.documents import services
from greendistrict.documents.enums import Confidentiality
from tests.files import chinese_pdf, docx, image

PDF = "application/pdf"


@pytest.fixture
def keep(people, district):
    """Store a file of the district, or of another owner."""

    def stored(title, content=None, content_type=PDF, *, owner=district, name="规划.pdf"):
        content = content or chinese_pdf("一")
        return services.store_bytes(owner=owner, content=content, name=name, content_type=content_type, kind="plan", title=title)

    return stored


def address(file, **query):
    return reverse("documents:reading", args=[file.key], query=query)


def test_a_paper_is_shown_at_its_page_with_what_is_marked(preparer, keep):
    file = keep("能源规划")
    page = preparer.get(address(file, page="46", passage="替代率为“12.6%”")).content.decode()
    download = reverse("documents:download", args=[file.key])
    assert f'data-paper="{download}?view=1" data-page="46" data-page-end="" data-passage="替代率为“12.6%”"' in page
    assert f'href="{download}">下载后查看</a>，位置在第46页' in page
    assert "引用" not in page, "of one page there is no other to go to"
    assert 'data-page-end=""' in preparer.get(address(file, page="46", page_end="45")).content.decode()
    for spoilt in ("0", "-1", "x", "", "9" * 30):
        assert 'data-page=""' in preparer.get(address(file, page=spoilt)).content.decode(), spoilt
    assert "&lt;b&gt;" in preparer.get(address(file, passage="<b>")).content.decode()


def test_the_page_gains_nothing_in_its_security_policy(preparer, keep):
    policies = {preparer.get(page)["Content-Security-Policy"] for page in (address(keep("能源规划")), reverse("portal:workdesk"))}
    assert (len(policies), [one for one in policies if "unsafe" in one]) == (1, [])


def test_two_papers_stand_side_by_side_each_at_its_page(preparer, keep):
    first, second = keep("能源规划"), keep("批复")
    page = preparer.get(address(first, page="2", beside=second.key, beside_page="5")).content.decode()
    assert page.count("data-paper=") == 2
    assert page.index('data-page="2"') < page.index('data-page="5"')
    assert 'href="?page=2">只看这一份' in page
    alone = preparer.get(address(first)).content.decode()
    assert f'<option value="{second.key}">批复（第1版）</option>' in alone
    assert str(first.key) not in alone.partition("<select")[2].partition("</select>")[0]


def test_a_picture_is_shown_and_what_no_browser_shows_is_sent(client, people, keep):
    photo = keep("照片", image("PNG"), "image/png", name="照片.png")
    word = keep("方案", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", name="方案.docx")
    client.force_login(people.preparer)
    page = client.get(address(photo)).content.decode()
    assert [words in page for words in ("data-picture", "data-paper")] == [True, False]
    assert str(word.key) not in page, "it is not offered beside"
    sent = client.get(address(word))
    assert (sent.status_code, sent.url) == (302, reverse("documents:download", args=[word.key]))
    assert "这份材料不能在页内显示" in client.get(address(photo, beside=word.key)).content.decode()


def test_both_papers_are_for_those_who_may_open_them(client, people, keep):
    mine, secret = keep("能源规划"), keep("密件")
    secret.confidentiality = Confidentiality.CLASSIFIED
    secret.save(update_fields=["confidentiality"])
    assert client.get(address(mine)).url.startswith(reverse("accounts:login"))
    client.force_login(people.outsider_preparer)
    assert client.get(address(mine)).status_code == 404
    client.force_login(people.secretariat)
    assert client.get(address(secret)).status_code == 404
    assert client.get(address(mine, beside=secret.key)).status_code == 404
    assert "密件" not in client.get(address(mine)).content.decode()
    client.force_login(people.preparer)
    for key in (uuid.uuid4(), "x", "1"):
        assert client.get(address(mine, beside=key)).status_code == 404
    assert client.get(address(mine, beside=secret.key)).status_code == 200
    assert client.get(reverse("documents:reading", args=[uuid.uuid4()])).status_code == 404
    assert client.post(address(mine)).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_files_beside_cost_no_query_each(preparer, keep, count, kept_queries):
    files = [keep(f"规划{number}") for number in range(count + 1)]
    preparer.get(address(files[0]))
    with kept_queries():
        preparer.get(address(files[0]))
