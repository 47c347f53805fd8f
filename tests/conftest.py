"""Set-up of every test process: files, queues and cache keys of its own; databases are pytest-django's, one per worker."""

import gc
import logging
import os
import shutil
import tempfile
import threading
import time
from collections import deque
from http import HTTPStatus
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started

from greendistrict.processes import until
from scripts import areas
from tests.areas_kept import AreasForATime, PassedAreas
from tests.scheduling import names, needed, ordered, put_last

TESTS = Path(__file__).parent
PREFIX = "gd-test-"
ANSWER_SECONDS = 120
CLOSING_SECONDS = 0.5  # between the last answer and what a page asks while it closes
SET_ASIDE_EVERY = 40  # modules
OF_TESTS = "tests pages of_tests"  # not as it is imported, because for make check all tests would lead to the pages that it reads
PAGES_KEPT = frozenset((TESTS / "pages/of_tests.txt").read_text(encoding="utf-8").splitlines())
PDF_LIBRARIES = {"weasyprint", "fontTools", "pikepdf"}
at_work: set[int] = set()  # threads of the live server that answer a request
last_answer = deque([0.0], maxlen=1)  # when one of them ended
# A property holds or not however long an example takes on a busy machine; what one machine finds every machine finds.
ANY = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("any machine", derandomize=True, **ANY)
hypothesis.settings.register_profile("search", **ANY)  # other examples with each run: --hypothesis-profile search
hypothesis.settings.load_profile("any machine")


def pytest_addoption(parser):
    said = (
        "changed: leave out tests marked with an area of which nothing has changed for two days of commits, or that has passed with these "
        "files; keep: keep which areas pass"
    )
    parser.addoption("--areas", choices=("all", "changed", "keep"), default="all", help=said)
    said = "begin tests with an area, after all others, for so many seconds of the run; name at the end which were not begun"
    parser.addoption("--areas-for", type=int, default=None, help=said)


def pytest_ignore_collect(collection_path, config):
    """Where only slow tests are asked for, a module that names none is not imported: that took three fifths of collecting."""
    is_module = collection_path.suffix == ".py" and collection_path.name.startswith("test_")
    mark = needed(config.option.markexpr)
    return True if is_module and mark and not names(mark, collection_path) else None


def pytest_itemcollected(item):
    """A test with an area is a slow one; one that is slow by a mark from elsewhere would be left out where only slow ones are asked for."""
    if item.get_closest_marker("area") and not item.get_closest_marker("long"):
        item.add_marker("slow")
    if item.get_closest_marker("slow") and not names("slow", item.path):
        msg = f"{item.nodeid}: write pytest.mark.slow or pytest.mark.area in the module itself"
        raise pytest.UsageError(msg)


@pytest.hookimpl(trylast=True)  # after those that are not asked for are left out
def pytest_collection_modifyitems(config, items):
    """What is out of its area goes; each process begins with its share of the longest of the rest, areas last where their time is short."""
    left = [item for item in items if config.option.areas == "changed" and out_of_area(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]
    named = [(item, item.path.relative_to(TESTS).as_posix()) for item in items]
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = ordered(named, processes)
    if config.option.areas_for is not None:
        items[:] = put_last(items, processes, lambda item: item.get_closest_marker("area") is not None)


def out_of_area(item):
    """Whether a test names its area and nothing of that has changed, or it has passed with just these files."""
    area = item.get_closest_marker("area")
    if area is None:
        return False
    return not areas.reached(area.args, item.path, areas.changed()) or bool(areas.passed_on(area.args, item.path))


def pytest_collection_finish():
    """The collector leaves alone what is collected: looking through it costs more than through all that a test makes."""
    set_aside()


def set_aside():
    """What is alive now stays; ``gc.collect`` of a process that has read a hundred modules took three times as long."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    """What the modules so far have loaded (libraries, templates, addresses) stays as well."""
    if nextitem is not None and nextitem.path != item.path:
        item.config.stash[MODULES] = item.config.stash.get(MODULES, 0) + 1
        if item.config.stash[MODULES] % SET_ASIDE_EVERY == 0:
            set_aside()


def pytest_configure(config):
    """Portal processes that a test starts find the same queues, cache keys and files as the test."""
    from django.test.client import ClientMixin

    from tests import signing_in

    if config.option.areas == "keep":
        config.pluginmanager.register(PassedAreas(config))
    if config.option.areas_for is not None:
        config.pluginmanager.register(AreasForATime(config.option.areas_for))
    folder = tempfile.mkdtemp(prefix=PREFIX)
    config.stash[FOLDER] = folder
    settings.MEDIA_ROOT = f"{folder}/media"
    settings.EMAIL_FILE_PATH = f"{folder}/mail"
    settings.RECEIPT_KEY_PATH = f"{folder}/receipt-key"
    settings.SIGNING_DEMO_PATH = f"{folder}/signing-demo.p12"
    settings.ANCHOR_DIR = f"{folder}/anchors"
    settings.AUDIT_ARCHIVE_DIR = f"{folder}/audit-archive"
    config.stash[HASHERS] = settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]  # see there why
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.promises.PromiseMiddleware"]
    ClientMixin.force_login = signing_in.force_login
    settings.WHITENOISE_AUTOREFRESH = True  # static files are looked for when asked for, not listed anew for every test client
    if config.getoption("numprocesses", None):
        return  # xdist's own process: its workers would inherit these and empty each other's cache
    os.environ.update(
        GD_QUEUE_PREFIX=settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"],
        GD_CACHE_PREFIX=settings.CACHES["default"]["KEY_PREFIX"],
        GD_MEDIA_DIR=settings.MEDIA_ROOT,
    )


def pytest_sessionfinish(session):
    if os.environ.get("GD_COUNTS_KEEP"):
        from tests.query_counts import keep

        keep()


def pytest_unconfigure(config):
    shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_keepdb, django_db_createdb, tmp_path_factory):
    """Test databases are copies of the one that was migrated once for these migrations."""
    if django_db_keepdb and not django_db_createdb:
        return  # one that is there is used again
    from django.db import connection

    from tests.processes import Portal

    with Portal(tmp_path_factory.mktemp("migrating"), f"migrating_{os.getpid()}") as portal:
        connection.settings_dict["TEST"]["TEMPLATE"] = portal.migrate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, django_db_keepdb):
    """Test databases are emptied between tests, which the audit tables refuse; the owner of a database may lift that."""
    from django.db import connection

    from indicators.editions.models import Edition
    from tests.emptying import TRUNCATED, empty_quickly, leave_to_its_owner
    from tests.factories.editions import keep_reference_edition

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in TRUNCATED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_protect_table")
        empty_quickly()
        if not Edition.objects.exists():
            keep_reference_edition()
    yield
    if django_db_keepdb:
        return
    with django_db_blocker.unblock():
        leave_to_its_owner(connection.settings_dict["NAME"])


FOLDER = pytest.StashKey[str]()
HASHERS = pytest.StashKey[list[str]]()
MODULES = pytest.StashKey[int]()  # that are done


@pytest.fixture(scope="module")
def browser():
    """Chromium for pages of Django's live server."""
    from tests.browsers import chromium_beside_the_database

    with chromium_beside_the_database() as running:
        yield running


@pytest.fixture(autouse=True)
def _answered(request):
    """What a closed page has asked of the live server is answered before the tables are emptied: the two would block each other."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")  # empties the tables after this
    server = request.getfixturevalue("live_server")
    yield
    # The server takes connections in their order: whatever pages sent before is at work by the time it answers this, however busy it is.
    asked = HTTPConnection(server.thread.host, server.thread.port, timeout=ANSWER_SECONDS)
    asked.request("GET", "/static/nothing")
    assert asked.getresponse().status == HTTPStatus.NOT_FOUND
    asked.close()
    assert until(_quiet, ANSWER_SECONDS), f"requests without an end: {at_work}"


@pytest.fixture(autouse=True)
def _in_its_area(request):
    """A test that drives pages of a feature in a browser names it in its area: else it would be left out when that changes."""
    area = request.node.get_closest_marker("area")
    if area is None:
        yield
        return
    from tests.browsers import features_seen

    features_seen.clear()
    yield
    missing = sorted(feature for feature in features_seen if not areas.is_named(feature, area.args))
    assert not missing, f"pytest.mark.area of {request.node.path.name} does not name {missing}, whose pages it opens"


@request_started.connect
def _begun(**_):
    if threading.current_thread() is not threading.main_thread():
        at_work.add(threading.get_ident())


@request_finished.connect
def _ended(**_):
    at_work.discard(threading.get_ident())
    last_answer.append(time.monotonic())


def _quiet():
    """Whether nothing is asked, and what a page asks while it closes would have come by now."""
    return not at_work and time.monotonic() - last_answer[0] > CLOSING_SECONDS


@pytest.fixture(autouse=True)
def _pages_kept(request, monkeypatch, tmp_path_factory):
    """The pages of a test that ``tests/pages/of_tests.txt`` names are compared with those kept."""
    if request.node.nodeid not in PAGES_KEPT:
        yield
        return
    of_tests = import_module(OF_TESTS.replace(" ", "."))

    request.getfixturevalue("db")
    with of_tests.noted(request.node.nodeid, monkeypatch, tmp_path_factory.mktemp("signing")):
        yield


@pytest.fixture
def people(db):
    """The cast: one person for each seat, and their organisations."""
    from tests.factories.accounts import cast

    return cast()


@pytest.fixture
def preparer(client, people):
    """The browser of the person who fills in."""
    client.force_login(people.preparer)
    return client


@pytest.fixture
def officer(client, people):
    """The browser of the city's officer."""
    client.force_login(people.city_officer)
    return client


@pytest.fixture
def kept_queries(request):
    """``with kept_queries(spot):`` fails unless the block takes as many queries as are kept for this test and spot."""
    from tests.query_counts import expected, key_of

    return lambda spot="": expected(key_of(request.node.path, request.node.originalname, spot))


@pytest.fixture
def real_hashers(request, settings):
    """The password hashers of the settings, for tests of them."""
    settings.PASSWORD_HASHERS = request.config.stash[HASHERS]


@pytest.fixture(autouse=True)
def _no_warning_of_a_pdf(caplog):
    """A warning of the libraries that make and read PDFs is a fault of ours, unless the test expects it (``caplog.clear()``)."""
    yield
    warned = [record for when in ("setup", "call") for record in caplog.get_records(when) if record.name.partition(".")[0] in PDF_LIBRARIES]
    assert not warned, [record.getMessage() for record in warned if record.levelno >= logging.WARNING]


@pytest.fixture(autouse=True)
def _empty_cache(request):
    """Cached values never reach the next test; pure tests do not touch Redis."""
    yield
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        from tests.caches import empty

        empty()


@pytest.fixture
def own_redis():
    folder = Path(tempfile.mkdtemp(prefix="gd-redis-"))
    from tests.servers import OwnRedis  # settings are read here for the first time, after this module has set the environment

    server = OwnRedis(folder)
    server.start()
    yield server
    server.kill()
    shutil.rmtree(folder)
