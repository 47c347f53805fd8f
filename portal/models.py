"""Tables of this app."""

from portal.api.models import KeptAnswer
from portal.data_check.models import DataCheckRun
from portal.open_data.models import DatasetVersion
from portal.search.models import SearchName
from portal.tokens.models import TokenScopes
from portal.webhooks.models import Webhook, WebhookDelivery

__all__ = ["DataCheckRun", "DatasetVersion", "KeptAnswer", "SearchName", "TokenScopes", "Webhook", "WebhookDelivery"]
