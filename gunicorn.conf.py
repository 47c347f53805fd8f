"""Settings of the web server wherever it is started; the rest stands on its command line.

The application is loaded once and the workers are forked from it, so that they share its code and its tables of addresses. Nothing is
opened before the fork: the pool of database connections, Redis and the broker are reached for by the first request that needs them.
"""

import gc

preload_app = True
# The application alone decides whom it believes (GD_TRUSTED_PROXIES); gunicorn would believe every local peer.
forwarded_allow_ips = ""


def when_ready(_server: object) -> None:
    """Load what the first request would load, then keep the collector from touching it: a page that is written to is shared no more."""
    from django.urls import get_resolver  # noqa: PLC0415 -- the application is loaded by now

    pending = [get_resolver()]
    while pending:
        pending += [one for one in pending.pop().url_patterns if hasattr(one, "url_patterns")]
    gc.collect()
    gc.freeze()
