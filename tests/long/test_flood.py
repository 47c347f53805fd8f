"""Ten thousand posts of strangers in a day leave no more rows than the bounds of the day and of the notice."""

from http import HTTPStatus

import pytest
from django.conf import settings
from django.urls import reverse

from approvals.cases.models.notices import Notice, Objection
from outreach.opinions.models import PublicOpinion
from portal.todo.selectors import tasks_of
from tests.factories.accounts import cast
from tests.factories.approvals import Filing

pytestmark = [pytest.mark.long, pytest.mark.django_db]
POSTS = 10_000


def test_ten_thousand_posts_stay_within_the_bounds(client):
    people = cast()
    Filing(people).to_notice()
    notice = reverse("outreach:opinion_on_notice", args=[Notice.objects.get().pk])
    programme = reverse("outreach:opinion_on_programme")
    answers = {}
    for number in range(POSTS):
        place = f"2001:db8:{number // 4:x}::{number:x}" if number % 3 else f"198.51.{number // 250 % 250}.{number % 250}"
        said = {"text": f"广告{number}（虚构）", "contact": f"{number}@example.invalid"}
        status = client.post(notice if number % 2 else programme, said, REMOTE_ADDR=place).status_code
        answers[status] = answers.get(status, 0) + 1
    assert set(answers) == {HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS}
    assert answers[HTTPStatus.OK] == PublicOpinion.objects.count() == settings.OPINIONS_A_DAY
    assert Objection.objects.count() <= settings.OPINIONS_A_NOTICE
    assert len([task for task in tasks_of(people.city_officer) if task.kind == "public_opinion"]) <= 1
    assert client.get(programme).status_code == HTTPStatus.OK
