"""A stand-in for the systems of an office on the loopback interface: takes items by POST, answers GET with what it has; knows a token."""

import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.portal.webhooks.receiver import certificate

TOKEN = "office-token"


class Office:
    """``taken``: documents by their idempotency key; ``has``: what GET answers with; ``plan``: statuses of the next requests instead;
    ``says``: beside one that is no success."""

    def __init__(self, folder):
        self.certificate, key = certificate(folder)
        self.taken, self.plan, self.has, self.asked, self.delay, self.says = {}, [], b"", [], 0, b""
        office = self

        class Handler(BaseHTTPRequestHandler):
            def answered(self, content=b""):
                office.asked.append((self.command, self.path))
                time.sleep(office.delay)
                right = self.headers.get("Authorization") == f"Bearer {TOKEN}"
                status = office.plan.pop(0) if office.plan else 200 if right else 401
                self.send_response(status)
                self.send_header("Location", f"https://localhost:{office.port}/elsewhere")
                self.send_header("Content-Length", str(len(content if status == 200 else office.says)))
                self.end_headers()
                if status == 200:
                    self.wfile.write(content)
                else:
                    self.wfile.write(office.says)
                return status == 200

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.answered():
                    office.taken.setdefault(self.headers["Idempotency-Key"], []).append(body)

            def do_GET(self):
                self.answered(office.has)

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
        return f"https://localhost:{self.port}/exchange?of=portal"

    def gives(self, *items):
        """Answer GET with these items."""
        self.has = json.dumps({"items": items}, ensure_ascii=False).encode()

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
