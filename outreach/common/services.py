"""Keep a filing apart that came beyond a bound."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.crypto import salted_hmac

from greendistrict.core import limits
from greendistrict.core.errors import Refused
from outreach.common import bounds
from outreach.common.bounds import Sender
from outreach.common.models import FilingKind, HeldFiling
from outreach.common.receipts import Arrival


class HeldReceipt(NamedTuple):
    """A filing that is kept apart, and its secret code, which is shown once."""

    held: HeldFiling
    code: str


class Unanswered(Refused):
    """Nothing was stored yet: the question for humans comes first (422)."""

    status = 422


def hold(
    kind: FilingKind, came: Arrival, sender: Sender, *, text: str, words: Mapping[str, Any], is_demo: bool = False, **about: Any
) -> HeldReceipt:
    """Store a filing apart: nobody is notified. ``about``: its notice, district or event. Raises ``Unanswered``."""
    if not bounds.may_keep(kind, sender):
        msg = "今天从您所在的网络来件很多，请回答下面的问题后再提交，已填写的内容都在"
        raise Unanswered(msg)
    near = limits.network_of(sender.address, bounds.NETWORK.ipv4, bounds.NETWORK.ipv6)
    network = salted_hmac("outreach.network", near).hexdigest()
    kept = {"number": came.number, "filed_at": came.filed_at, "digest": came.digest, "origin": came.origin, "network": network}
    said = json.dumps(dict(words), ensure_ascii=False)
    return HeldReceipt(HeldFiling.objects.create(kind=kind, text=text, words=said, is_demo=is_demo, **kept, **about), came.code)
