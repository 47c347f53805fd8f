"""Local servers of SMS and 政务微信, written from the published rules (docs/notifications.md), not from the portal's own code."""

import datetime as dt
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

MOST_MINUTES = 15


class Provider:
    """A server on a free port of the loopback. ``plan`` says what becomes of the next requests that are in order.

    take: carried out and answered · silent: carried out, no answer · broken: HTTP 500, not carried out · busy: HTTP 503
    """

    def __init__(self):
        self.sent, self.requests, self.plan = [], [], []
        self.release = threading.Event()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                provider.requests.append(self.path)
                status, content = provider.answer(self, body)
                if status == "silent":
                    provider.release.wait(30)
                    return
                data = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.release.set()
        self.server.shutdown()
        self.server.server_close()

    def carried_out(self, message, good):
        """What becomes of a request that is in order."""
        step = self.plan.pop(0) if self.plan else "take"
        if step == "busy":
            return 503, {}
        if step == "broken":
            return 500, {}
        self.sent.append(message)
        return ("silent", {}) if step == "silent" else (200, good)


class AlibabaSms(Provider):
    """``SendSms``: V3 signature, date within fifteen minutes, each nonce once; numbers of the mainland."""

    key_id, secret = "key-1", "the-secret-of-sms"

    def __init__(self):
        super().__init__()
        self.nonces = set()

    def answer(self, request, body):
        wrong = self.wrong(request, body)
        if wrong:
            return 400, {"Code": wrong, "Message": wrong, "RequestId": "R"}
        fields = dict(parse_qsl(urlsplit(request.path).query))
        if not fields["PhoneNumbers"].isdecimal() or len(fields["PhoneNumbers"]) != 11:
            return 200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": "号码格式错误"}
        return self.carried_out(fields, {"Code": "OK", "Message": "OK", "BizId": "1", "RequestId": "R"})

    def wrong(self, request, body):
        scheme, _, rest = request.headers["Authorization"].partition(" ")
        said = dict(part.split("=", 1) for part in rest.split(","))
        named = said["SignedHeaders"].split(";")
        must = {"host", *(name.lower() for name in request.headers if name.lower().startswith("x-acs-"))}
        if scheme != "ACS3-HMAC-SHA256" or said["Credential"] != self.key_id or not must <= set(named):
            return "InvalidAccessKeyId.NotFound"
        digest = hashlib.sha256(body).hexdigest()
        address = urlsplit(request.path)
        query = "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(parse_qsl(address.query)))
        lines = "".join(f"{name}:{request.headers[name].strip()}\n" for name in named)
        canonical = "\n".join((request.command, address.path, query, lines, said["SignedHeaders"], digest))
        text = f"{scheme}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        if signature != said["Signature"] or request.headers["x-acs-content-sha256"] != digest:
            return "SignatureDoesNotMatch"
        moment = dt.datetime.strptime(request.headers["x-acs-date"], "%Y-%m-%dT%H:%M:%S%z")
        if abs(dt.datetime.now(dt.UTC) - moment) > dt.timedelta(minutes=MOST_MINUTES):
            return "InvalidTimeStamp.Expired"
        nonce = request.headers["x-acs-signature-nonce"]
        if nonce in self.nonces:
            return "SignatureNonceUsed"
        if not self.plan or self.plan[0] != "busy":
            self.nonces.add(nonce)
        return ""


class WecomServer(Provider):
    """``gettoken`` and ``message/send``: tokens end, the same content to the same member comes once while the check is on."""

    corp, secret, agent, members = "corp-1", "the-secret-of-wecom", 1000002, {"zhang"}

    def __init__(self):
        super().__init__()
        self.tokens, self.seen = [], set()

    def answer(self, request, body):
        address = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/cgi-bin/gettoken":
            if (query["corpid"], query["corpsecret"]) != (self.corp, self.secret):
                return 200, {"errcode": 40001, "errmsg": "invalid credential"}
            self.tokens.append(f"token-{len(self.tokens)}")
            return 200, {"errcode": 0, "errmsg": "ok", "access_token": self.tokens[-1], "expires_in": 7200}
        if not self.tokens or query["access_token"] != self.tokens[-1]:
            return 200, {"errcode": 40014, "errmsg": "invalid access_token"}
        message = json.loads(body)
        if message["agentid"] != self.agent or message["touser"] not in self.members:
            return 200, {"errcode": 81013, "errmsg": "user & party & tag all invalid"}
        once = body if message["enable_duplicate_check"] else object()
        if once in self.seen:
            return 200, {"errcode": 0, "errmsg": "ok", "msgid": "1"}
        self.seen.add(once)
        return self.carried_out(message, {"errcode": 0, "errmsg": "ok", "msgid": "1"})
