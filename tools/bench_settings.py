"""Settings of ``manage.py bench``: the portal's, with the limits added to its URLs."""

from greendistrict.settings import *  # noqa: F403 -- the same settings but for what follows
from greendistrict.settings import REST_FRAMEWORK

ROOT_URLCONF = "tools.bench.urls"
# The rate limiter is active; only its limit is raised for many requests of one person.
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"user": "1000000/min"}}
