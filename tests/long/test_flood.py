"""Ten thousand posts of strangers in a day are all kept with a receipt, and make no more matters than the bounds allow."""

import pytest
from django.conf import settings

from approvals.cases.models.correspondence import Notice, Objection
from outreach.common.models import HeldFiling
from outreach.common.services import FLOOD_MORE, FLOOD_TIMES
from outreach.opinions.models import PublicOpinion
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.outreach.asking import said, to
from tests.outreach.test_quarantine import solved

pytestmark = [pytest.mark.long, pytest.mark.django_db]
POSTS = 10_000
HONEST = {"REMOTE_ADDR": "192.0.2.61"}


def test_ten_thousand_posts_are_kept_and_the_honest_one_is_heard(client):
    Filing(cast()).to_notice()
    forms = to("opinion_on_programme"), to("opinion_on_notice", Notice.objects.get().pk)
    for number in range(POSTS):
        place = f"2001:db8:{number // 4:x}::{number:x}" if number % 3 else f"198.51.{number // 250 % 250}.{number % 250}"
        assert client.post(forms[number % 2], {"text": f"广告{number}（虚构）"}, REMOTE_ADDR=place).status_code == 200
    assert PublicOpinion.objects.count() + HeldFiling.objects.count() == POSTS
    assert PublicOpinion.objects.count() <= settings.OPINIONS_A_DAY * FLOOD_TIMES + FLOOD_MORE
    assert Objection.objects.count() <= settings.OPINIONS_A_NOTICE * FLOOD_TIMES + FLOOD_MORE
    honest = {"text": "实情（虚构）", "name": "演示居民", **solved(said(client.get(forms[1], **HONEST)))}
    assert (client.post(forms[1], honest, **HONEST).status_code, Objection.objects.filter(text="实情（虚构）").count()) == (200, 1)
