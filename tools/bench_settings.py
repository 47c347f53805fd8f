"""Settings of ``manage.py bench``: the portal's own, with the limits mounted beside it."""

from greendistrict.settings import *  # noqa: F403 -- the same settings but for what follows
from greendistrict.settings import REST_FRAMEWORK

ROOT_URLCONF = "tools.bench.urls"
# The limiter works as always; only its figure is out of the way of many requests by one person.
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"user": "1000000/min"}}
