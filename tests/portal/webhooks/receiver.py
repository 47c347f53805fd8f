"""A TLS receiver of webhooks on the loopback interface, implemented from Standard Webhooks 1.0.0 independently of the portal's code."""

import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "localhost"


def certificate(folder, name=NAME, last=None):
    """Files of a certificate for a name, made by itself, and of its key; it ends in two days, or at that moment."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now, names = dt.datetime.now(dt.UTC), [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    last = last or now + dt.timedelta(days=2)
    made = made.serial_number(1).not_valid_before(min(now, last) - dt.timedelta(days=1)).not_valid_after(last)
    made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / f"{name}.key").write_bytes(private)
    return folder / f"{name}.pem", folder / f"{name}.key"


class Receiver:
    """``plan`` says what the next requests are answered with: a status, or ``drip`` for an answer that never comes to its end."""

    def __init__(self, folder, name=NAME):
        self.certificate, key = certificate(folder, name)
        self.came, self.plan, self.name = [], [], name
        self._over = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                receiver.came.append((self.path, dict(self.headers.items()), body))
                status = receiver.plan.pop(0) if receiver.plan else 204
                if status == "drip":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    while not receiver._over.wait(0.2):
                        try:
                            self.wfile.write(b"X-More: x\r\n")
                        except OSError:
                            return
                    return
                self.send_response(status)
                self.send_header("Location", f"https://{receiver.name}:{receiver.port}/elsewhere/")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]

    @property
    def url(self):
        return f"https://{self.name}:{self.port}/in?of=portal"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._server.shutdown()
        self._server.server_close()


def read(secret, came, now=None):
    """The message of a request that came, when its signature and moment are in order."""
    _, headers, body = came
    given = {name.lower(): value for name, value in headers.items()}
    signed = f"{given['webhook-id']}.{given['webhook-timestamp']}.".encode() + body
    assert secret.startswith("whsec_")
    own = hmac.new(base64.b64decode(secret[6:]), signed, hashlib.sha256).digest()
    assert f"v1,{base64.b64encode(own).decode()}" in given["webhook-signature"].split(" ")
    assert abs((now or time.time()) - int(given["webhook-timestamp"])) < 300
    return given["webhook-id"], json.loads(body)
