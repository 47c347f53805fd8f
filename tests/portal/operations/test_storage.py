"""材料存储: the card on the page of operations, and the page where the keeper gives a body another limit."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from greendistrict.documents import quotas, services
from greendistrict.documents.models import StorageAllowance
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.files import pdf

pytestmark = pytest.mark.django_db
PAGE = "portal:storage"


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def body(people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    district = make_district(people)
    for user in (people.preparer, people.preparer):
        upload = SimpleUploadedFile("报告.pdf", pdf())
        services.store(owner=district, upload=upload, kind="规划文本", title="报告", by=user)
    return people.preparer.posts.get().organisation


def test_the_card_names_the_bodies_and_who_is_nearly_full(client, people, body, monkeypatch):
    client.force_login(people.system_keeper)
    shown = client.get(reverse("portal:operations")).content.decode()
    assert body.name in shown
    assert "不限" in shown
    StorageAllowance.objects.create(organisation=body, most_gb=1)
    monkeypatch.setattr(quotas, "GB", quotas.used_by(body))
    shown = client.get(reverse("portal:operations")).content.decode()
    assert f"材料将满或已满的单位：{body.name}" in shown
    assert "100%" in shown
    assert "单独规定" in shown


def test_the_keeper_gives_another_limit_with_a_reason(client, people, body):
    client.force_login(people.system_keeper)
    bare = client.post(reverse(PAGE), {"body": body.pk, "most_gb": "30", "reason": ""})
    assert bare.status_code == 422
    assert 'value="30"' in bare.content.decode(), "nothing typed is lost"
    assert client.post(reverse(PAGE), {"body": body.pk, "most_gb": "0", "reason": "x"}).status_code == 422
    told = client.post(reverse(PAGE), {"body": body.pk, "most_gb": "30", "reason": "示范城区材料多"}, follow=True).content.decode()
    assert f"{body.name}的材料上限已调整" in told
    assert StorageAllowance.objects.get().most_gb == 30
    same = client.post(reverse(PAGE), {"body": body.pk, "most_gb": "30", "reason": "x"})
    assert (same.status_code, "上限没有变化" in same.content.decode()) == (422, True)
    client.post(reverse(PAGE), {"body": body.pk, "most_gb": "", "reason": "恢复"})
    assert not StorageAllowance.objects.exists()


def test_the_page_asks_as_often_for_one_body_as_for_three(client, people, body, kept_queries):
    client.force_login(people.system_keeper)
    client.get(reverse(PAGE))
    with kept_queries():
        client.get(reverse(PAGE))
    for user in (people.authority, people.outsider_preparer):
        StorageAllowance.objects.get_or_create(organisation=user.posts.get().organisation, defaults={"most_gb": 5})
    with kept_queries():
        shown = client.get(reverse(PAGE)).content.decode()
    assert shown.count("单独规定") >= 2
