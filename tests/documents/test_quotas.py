"""How much the files of a body may take: counted by the post of the day, refused in words, changed by the keeper with a reason."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from greendistrict.accounts.models import Post
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents import quotas, services, uploads
from greendistrict.documents.models import Evidence, StorageAllowance, Upload
from tests.factories.accounts import make_organisation
from tests.files import pdf


@pytest.fixture
def body(people):
    return people.preparer.posts.get().organisation


def store(district, by, content):
    upload = SimpleUploadedFile("报告.pdf", content)
    return services.store(owner=district, upload=upload, kind="规划文本", title="报告", by=by)


def test_files_count_for_the_body_of_the_day_and_equal_ones_each(people, district, body, media):
    content = pdf()  # bears the second in which it was made
    first, again = (store(district, people.preparer, content) for _ in range(2))
    assert first.file.name == again.file.name, "stored once"
    services.store_bytes(owner=district, content=b"x" * 1000, name="a.csv", content_type="text/csv", kind="", title="")
    other = make_organisation()
    today = clock.today()
    Post.objects.filter(user=people.preparer).update(valid_to=today)
    Post.objects.create(user=people.preparer, organisation=other, role="preparer", valid_from=today + dt.timedelta(days=1))
    Evidence.objects.filter(pk=again.pk).update(uploaded_at=clock.now() + dt.timedelta(days=1))
    assert (quotas.used_by(body), quotas.used_by(other)) == (first.size, again.size)
    counted = {one.body: (one.files, one.used) for one in quotas.usage()}
    assert (counted[body], counted[other]) == ((1, first.size), (1, again.size))


@pytest.mark.usefixtures("media")
def test_what_does_not_fit_is_refused_in_words_before_a_byte_is_sent(preparer, people, district, body, monkeypatch):
    content = pdf()
    store(district, people.preparer, content)
    StorageAllowance.objects.create(organisation=body, most_gb=1)
    monkeypatch.setattr(quotas, "GB", quotas.used_by(body) + len(content))
    store(district, people.preparer, content)
    with pytest.raises(Refused, match=f"“报告.pdf”没有保存：{body.name}的材料已占.*上限.*请系统管理员调高上限"):
        store(district, people.preparer, content)
    assert Evidence.objects.filter(uploaded_by=people.preparer).count() == 2
    sent = {"owner": f"districts.district:{district.pk}", "name": "报告.pdf", "size": len(content)}
    told = preparer.post(reverse("documents:upload_start"), sent)
    assert (told.status_code, "请系统管理员调高上限" in told.json()["error"]) == (409, True)
    assert not Upload.objects.exists()
    monkeypatch.setattr(quotas, "GB", 1024**3)
    uploads.begin(owner=district, name="报告.pdf", size=len(content), by=people.preparer)


def test_the_setting_holds_for_every_body_without_a_limit_of_its_own(people, body, settings, django_assert_num_queries):
    quotas.body_of(people.preparer)
    with django_assert_num_queries(1):  # without a limit nothing is counted
        quotas.refuse_beyond(by=people.preparer, name="a.pdf", size=10**12)
    settings.BODY_STORAGE_GB = 20
    assert quotas.most_of(body) == 20 * quotas.GB
    quotas.allow(body=body, most_gb=50, reason="示范城区", by=people.system_keeper)
    assert quotas.most_of(body) == 50 * quotas.GB
    with pytest.raises(Refused, match="没有变化"):
        quotas.allow(body=body, most_gb=50, reason="再来", by=people.system_keeper)
    with pytest.raises(NotAllowed):
        quotas.allow(body=body, most_gb=60, reason="x", by=people.city_officer)
    quotas.allow(body=body, most_gb=None, reason="恢复", by=people.system_keeper)
    assert quotas.most_of(body) == 20 * quotas.GB
    rows = AuditRecord.objects.filter(action="documents.allowance").order_by("pk")
    assert [(row.data["from"], row.data["to"], row.data["reason"]) for row in rows] == [(None, 50, "示范城区"), (50, None, "恢复")]
