"""A certificate authority with OCSP, revocation lists and timestamps on a local port (certomancer)."""

import asyncio
import socket
import threading
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from certomancer.integrations.aiohttp_animator import build_animator_app
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

NAMES = ("root", "issuer", "tsa", "good", "expired", "revoked", "listed")
LONG = {"valid-from": "2000-01-01T00:00:00+0000", "valid-to": "2100-01-01T00:00:00+0000"}
PAST = {"valid-from": "2000-01-01T00:00:00+0000", "valid-to": "2001-01-01T00:00:00+0000"}
PASSWORD = "演示口令"
REVOKED = {"revoked-since": "2020-12-01T00:00:00+0000", "reason": "key_compromise"}


def _usage(*words):
    return {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": list(words)}}


def _authority(subject):
    rest = [{"id": "basic_constraints", "critical": True, "value": {"ca": True}}, _usage("digital_signature", "key_cert_sign", "crl_sign")]
    return {"subject": subject, "issuer": "root", "validity": LONG, "extensions": rest}


def _signer(subject, by, *, validity=LONG, revocation=None):
    kind, schema, names = {
        "ocsp": ("authority_information_access", "aia-urls", "ocsp-responder-names"),
        "list": ("crl_distribution_points", "crl-dist-url", "crl-repo-names"),
    }[by]
    asked = {"id": kind, "smart-value": {"schema": schema, "params": {names: ["issuer"]}}}
    found = {"subject": subject, "issuer": "issuer", "validity": validity, "extensions": [_usage("digital_signature", "non_repudiation")]}
    found["extensions"].append(asked)
    return {**found, "revocation": revocation} if revocation else found


STAMPS = {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]}
ARCHITECTURE = {
    "keyset": "keys",
    "entities": {name: {"common-name": f"演示 {name}", "organization-name": "演示证书机构（虚构）"} for name in NAMES},
    "certs": {
        "root": _authority("root"),
        "issuer": _authority("issuer"),
        "tsa": {"subject": "tsa", "issuer": "root", "validity": LONG, "extensions": [_usage("digital_signature"), STAMPS]},
        "good": _signer("good", "ocsp"),
        "expired": _signer("expired", "ocsp", validity=PAST),
        "revoked": _signer("revoked", "ocsp", revocation=REVOKED),
        "listed": _signer("listed", "list", revocation=REVOKED),
    },
    "services": {
        "ocsp": {"issuer": {"for-issuer": "issuer", "responder-cert": "issuer", "signing-key": "issuer"}},
        "crl-repo": {"issuer": {"for-issuer": "issuer", "signing-key": "issuer", "simulated-update-schedule": "P90D"}},
        "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa"}},
    },
}


@dataclass(frozen=True)
class Authority:
    """Where it answers and what it was asked; ``away`` lets it answer 503; its certificate and the keys it gave are files."""

    url: str
    folder: Path
    asked: list[str]
    away: threading.Event

    @property
    def timestamps(self):
        return f"{self.url}/gd/tsa/tsa"

    @property
    def root(self):
        return str(self.folder / "root.pem")

    def key(self, name):
        return str(self.folder / f"{name}.p12")


def authority(folder):
    """Start one on a free port; yields it, ends with its thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url, asked = f"http://127.0.0.1:{listener.getsockname()[1]}", []
        away = threading.Event()
        architecture = _made(folder, url)
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=_serve, args=(loop, listener, architecture, asked, away), daemon=True)
        thread.start()
        try:
            yield Authority(url, folder, asked, away)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()


def _made(folder, url):
    for name in NAMES:
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key").write_bytes(pem)
    keys = {name: {"path": f"{name}.key"} for name in NAMES}
    config = {"external-url-prefix": url, "keysets": {"keys": {"keys": keys}}, "pki-architectures": {"gd": ARCHITECTURE}}
    found = CertomancerConfig(config, key_search_dir=str(folder)).get_pki_arch(ArchLabel("gd"))
    for name in ("good", "expired", "revoked", "listed"):
        packed = found.package_pkcs12(CertLabel(name), certs_to_embed=[CertLabel("issuer"), CertLabel("root")], password=PASSWORD.encode())
        (folder / f"{name}.p12").write_bytes(packed)
    (folder / "root.pem").write_bytes(found.get_cert(CertLabel("root")).dump())
    return found


def _serve(loop, listener, architecture, asked, away):
    asyncio.set_event_loop(loop)

    @web.middleware
    async def noted(request, handler):
        asked.append(request.path)
        return web.Response(status=503) if away.is_set() else await handler(request)

    app = build_animator_app({ArchLabel("gd"): architecture}, with_web_ui=False)
    app.middlewares.append(noted)
    runner = web.AppRunner(app)
    loop.run_until_complete(runner.setup())
    loop.run_until_complete(web.SockSite(runner, listener).start())
    loop.run_forever()
    loop.run_until_complete(runner.cleanup())
    loop.close()
