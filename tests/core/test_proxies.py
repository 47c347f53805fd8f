"""Only a trusted proxy is believed about where a request came from."""

from ipaddress import ip_network

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory

from greendistrict import env
from greendistrict.core.proxies import TrustedProxyMiddleware, caller, read_address

GATEWAY = "10.0.0.5"


def seen(settings, trusted, peer, **headers):
    """Caller and scheme of a request from ``peer``."""
    settings.TRUSTED_PROXIES = [ip_network(word) for word in trusted]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    said = []

    def view(request):
        said.append((caller(request), request.scheme))
        return HttpResponse()

    TrustedProxyMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))
    return said[0]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("1.2.3.4, 198.51.100.7", "198.51.100.7"),  # the left one is what the caller wrote himself
        ("198.51.100.7, 10.0.0.9", "198.51.100.7"),  # past a second proxy of ours
        ("198.51.100.7:4711", "198.51.100.7"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, nonsense", GATEWAY),
        ("198.51.100.7, nonsense, 10.0.0.9", "10.0.0.9"),
        ("", GATEWAY),
        ("10.0.0.8, 10.0.0.9", "10.0.0.8"),
    ],
)
def test_a_trusted_proxy_tells_the_caller(settings, forwarded, address):
    assert seen(settings, ["10.0.0.0/24"], GATEWAY, HTTP_X_FORWARDED_FOR=forwarded)[0] == address


def test_scheme_is_believed_from_a_trusted_proxy_only(settings):
    said = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "1.2.3.4"}
    assert seen(settings, ["10.0.0.0/24"], GATEWAY, **said) == ("1.2.3.4", "https")
    assert seen(settings, ["10.0.0.0/24"], "198.51.100.7", **said) == ("198.51.100.7", "http")
    assert seen(settings, [], GATEWAY, **said) == (GATEWAY, "http")
    assert seen(settings, ["10.0.0.0/24"], "", **said) == ("", "http")
    assert seen(settings, ["10.0.0.0/24"], f"::ffff:{GATEWAY}", **said) == ("1.2.3.4", "https")  # the same peer in another notation


@pytest.mark.parametrize("word", ["", "unknown", "_hidden", "1.2.3", "1.2.3.4.5", "[::1", "a:b"])
def test_what_is_no_address_is_none(word):
    assert read_address(word) is None or word == "[::1"


def test_networks_are_read_and_refused_loudly(monkeypatch):
    monkeypatch.setenv("GD_EXAMPLE", "10.0.0.1/24, 2001:db8::/32, 192.0.2.1")
    assert [str(one) for one in env.networks("GD_EXAMPLE")] == ["10.0.0.0/24", "2001:db8::/32", "192.0.2.1/32"]
    monkeypatch.setenv("GD_EXAMPLE", "none")
    assert env.networks("GD_EXAMPLE", None) == []
    monkeypatch.setenv("GD_EXAMPLE", "gateway.example")
    with pytest.raises(ImproperlyConfigured, match="GD_EXAMPLE"):
        env.networks("GD_EXAMPLE")
