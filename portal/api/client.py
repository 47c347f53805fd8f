"""Client of API v1 in one file, without anything but Python's library: copy it into the system that reads or writes.

    portal = PortalClient("https://portal.example", token="…")
    for district in portal.rows("districts", stage="pilot"):
        print(district["code"], district["name"])
    plot = portal.create("create_plot", {"district": "yanshi-1", "number": "A-01", "area_ha": "2.5"})
    for asked in portal.rows("plot_opinions", open=True, purpose="design"):
        portal.change("answer_plot_opinion", asked["id"], asked["version"], result="agreed")
    portal.change("change_plot", plot["id"], plot["version"], started_on="2026-09-01")
    for row in portal.rows("score_rows", district="yanshi-1", item="7.2.7"):
        portal.change("change_score_row", row["id"], row["version"], value="14.3")
        portal.upload_evidence(row["id"], "report.pdf", content, page="12")
    PortalClient("https://portal.example", meter_token="…").write_readings([{"meter": "E-1", "time": "2026-03-01 00:15", "value": "128.5"}])

    event = verify_webhook("whsec_…", request.headers, request.body)  # what the portal sent to an address of yours

Every write carries an ``Idempotency-Key``, made for it unless one is given: keep your own where a write may be sent again later.

``OPERATIONS`` is written from the schema (``make client``); a test compares the two (``tests/tools/test_api_client.py``).
"""

import base64
import hashlib
import hmac
import json
import re
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

PAGING = ("cursor", "limit", "offset", "ordering")
OPERATIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "announcements": ("GET", "/api/v1/announcements/", ("announced_after", "announced_before", "historic", "is_demo", "year")),
    "answer_plot_opinion": ("PATCH", "/api/v1/plot-opinions/{id}/", ()),
    "assessments": ("GET", "/api/v1/assessments/", ("district", "is_demo", "received_after", "received_before", "year")),
    "beautiful_areas": ("GET", "/api/v1/beautiful/areas/", ("is_demo", "year")),
    "beautiful_evaluations": ("GET", "/api/v1/beautiful/evaluations/", ("area", "is_demo", "plan", "standing", "year")),
    "beautiful_indicators": ("GET", "/api/v1/beautiful/indicators/", ("area", "district", "is_demo", "kind", "year")),
    "beautiful_progress": ("GET", "/api/v1/beautiful/progress/", ("area", "is_demo", "quarter", "year")),
    "beautiful_reserves": ("GET", "/api/v1/beautiful/reserves/", ("area", "is_demo", "number", "pool", "status")),
    "beautiful_tasks": ("GET", "/api/v1/beautiful/tasks/", ("area", "is_demo", "number", "plan")),
    "change_plot": ("PATCH", "/api/v1/plots/{id}/", ()),
    "change_project": ("PATCH", "/api/v1/projects/{id}/", ()),
    "change_score_row": ("PATCH", "/api/v1/score-rows/{id}/", ()),
    "change_work": ("PATCH", "/api/v1/works/{id}/", ()),
    "create_plot": ("POST", "/api/v1/plots/", ()),
    "create_plot_check": ("POST", "/api/v1/plot-checks/", ()),
    "create_project": ("POST", "/api/v1/projects/", ()),
    "create_work": ("POST", "/api/v1/works/", ()),
    "create_work_check": ("POST", "/api/v1/work-checks/", ()),
    "districts": (
        "GET",
        "/api/v1/districts/",
        ("area", "guideline_area", "is_demo", "key_area", "q", "stage", "star", "titled_after", "titled_before", "type"),
    ),
    "editions": ("GET", "/api/v1/editions/", ("complete", "official", "status")),
    "meter_readings": ("POST", "/api/v1/meter-readings/", ()),
    "obligations": ("GET", "/api/v1/obligations/", ("authority", "district", "is_demo", "kind", "on", "state")),
    "plot": ("GET", "/api/v1/plots/{id}/", ()),
    "plot_checks": ("GET", "/api/v1/plot-checks/", ("department", "district", "is_demo", "plot", "stage")),
    "plot_opinion": ("GET", "/api/v1/plot-opinions/{id}/", ()),
    "plot_opinions": ("GET", "/api/v1/plot-opinions/", ("department", "district", "is_demo", "open", "plot", "purpose")),
    "plots": ("GET", "/api/v1/plots/", ("district", "is_demo", "number")),
    "project": ("GET", "/api/v1/projects/{id}/", ()),
    "projects": ("GET", "/api/v1/projects/", ("district", "is_demo", "name")),
    "score_row": ("GET", "/api/v1/score-rows/{id}/", ()),
    "score_rows": ("GET", "/api/v1/score-rows/", ("district", "item", "table", "year")),
    "titles": ("GET", "/api/v1/titles/", ("current", "district", "granted_after", "granted_before", "is_demo", "kind", "star")),
    "upload_evidence": ("POST", "/api/v1/evidence/", ()),
    "volumes": (
        "GET",
        "/api/v1/volumes/",
        ("confidentiality", "district", "handed_over_after", "handed_over_before", "is_demo", "kind", "q", "retention", "status", "year"),
    ),
    "work": ("GET", "/api/v1/works/{id}/", ()),
    "work_checks": ("GET", "/api/v1/work-checks/", ("department", "district", "is_demo", "stage", "work")),
    "works": ("GET", "/api/v1/works/", ("district", "is_demo", "name")),
}
LISTS = tuple(name for name, (method, path, _) in OPERATIONS.items() if method == "GET" and "{" not in path)
READS = tuple(name for name, (method, path, _) in OPERATIONS.items() if method == "GET" and "{" in path)
CREATES = tuple(name for name in OPERATIONS if name.startswith("create_"))
CHANGES = tuple(name for name, (method, _, _) in OPERATIONS.items() if method == "PATCH")
PAGE = 200
TOO_MANY = 429
LONGEST_WAIT = 120
Row = dict[str, Any]
Body = tuple[str, bytes]  # media type and content


class ApiProblem(Exception):  # noqa: N818 -- a problem of RFC 9457
    """A refusal (RFC 9457) with the ``code`` of its answer; ``errors`` are the pairs of field and reason."""

    def __init__(self, code: int, members: Mapping[str, Any]) -> None:
        self.code, self.type, self.title = code, members.get("type", "about:blank"), members.get("title", "")
        self.detail, self.members = members.get("detail", ""), dict(members)
        told = members.get("errors")  # of a gateway before the portal it may be anything
        listed = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
        self.errors = [(str(one.get("field", "")), str(one.get("detail", ""))) for one in listed]
        super().__init__(f"{code} {self.title}：{self.detail}")


class WrongSignatureError(ValueError):
    """What came was not signed with the secret, or too long ago."""


def verify_webhook(secret: str, headers: Mapping[str, str], body: bytes | str, *, tolerance: float = 300, now: float | None = None) -> Row:
    """The message that the portal sent, read from the body as it came, as bytes or text (Standard Webhooks 1.0.0).

    Raises ``WrongSignatureError``. A message may come twice under the same ``webhook-id``: keep those that were dealt with.
    """
    content = body.encode() if isinstance(body, str) else body
    given = {name.lower(): value for name, value in headers.items()}
    message, moment = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    sent = int(moment) if re.fullmatch("[0-9]{1,12}", moment) else 0
    if abs((time.time() if now is None else now) - sent) > tolerance:
        msg = "webhook-timestamp: missing, or too far from now"
        raise WrongSignatureError(msg)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.new(key, b".".join((message.encode(), moment.encode(), content)), hashlib.sha256).digest()
    signatures = [one.partition(",")[2] for one in given.get("webhook-signature", "").split() if one.startswith("v1,")]
    if not message or not any(hmac.compare_digest(base64.b64encode(expected), signature.encode()) for signature in signatures):
        msg = "webhook-signature: not by this secret"
        raise WrongSignatureError(msg)
    found: Row = json.loads(content)
    return found


class _NoRedirect(HTTPRedirectHandler):
    """The token goes to no other address."""

    def redirect_request(self, *_more: Any) -> None:
        """None: the redirect is answered as an error."""


class PortalClient:
    """Access to one portal: ``token`` for reading and writing as its owner, ``meter_token`` for readings of one district."""

    def __init__(self, base: str, *, token: str = "", meter_token: str = "", timeout: float = 30, attempts: int = 3) -> None:
        if urlsplit(base).scheme not in {"http", "https"}:
            msg = "base: http or https"
            raise ValueError(msg)
        self.base, self.timeout, self.attempts = base.rstrip("/") + "/", timeout, attempts
        self._read, self._meter = token.strip(), meter_token.strip()  # read from a file, they end with a line
        self._opener = build_opener(_NoRedirect)

    def rows(self, name: str, /, *, ordering: str = "", **conditions: object) -> Iterator[Row]:
        """Every row of a list, page by page behind the cursor.

        Raises ``ValueError`` at once for another name than that of a list, a condition that it does not have or one without a single
        value (None, a list), ``ApiProblem``.
        """
        _, path, known = _operation(name, LISTS)
        if unknown := sorted(set(conditions) - set(known)):
            msg = f"{name}: no such condition: {', '.join(unknown)}; there are: {', '.join(known)}"
            raise ValueError(msg)
        if without := sorted(key for key, value in conditions.items() if value is None or isinstance(value, list | tuple | set | dict)):
            msg = f"{name}: not a single value: {', '.join(without)}"
            raise ValueError(msg)
        query = {"limit": PAGE, **({"ordering": ordering} if ordering else {}), **{key: _word(value) for key, value in conditions.items()}}
        return self._pages(f"{path}?{urlencode(query)}")

    def _pages(self, address: str | None) -> Iterator[Row]:
        while address:
            page = self._ask("GET", address, f"Token {self._read}")
            yield from page["results"]
            address = page["next"]

    def row(self, name: str, pk: int) -> Row:
        """One row, as it is now. Raises ``ValueError`` for a name that reads none, ``ApiProblem``."""
        method, path, _ = _operation(name, READS)
        return self._ask(method, path.format(id=pk), f"Token {self._read}")

    def create(self, name: str, fields: Mapping[str, Any], *, key: str = "") -> Row:
        """Add a row; under the same ``key`` once, however often it is sent. Raises ``ValueError`` for another name, ``ApiProblem``."""
        method, path, _ = _operation(name, CREATES)
        return self._ask(method, path, f"Token {self._read}", _json(fields), key or _key())

    def change(self, name: str, pk: int, version: int, /, *, key: str = "", **fields: Any) -> Row:
        """Change fields of a row from the version that was read; 409 where somebody changed it since.

        Raises ``ValueError`` for a name that changes none, ``ApiProblem``.
        """
        method, path, _ = _operation(name, CHANGES)
        return self._ask(method, path.format(id=pk), f"Token {self._read}", _json({"version": version, **fields}), key or _key())

    def upload_evidence(self, row: int, file_name: str, content: bytes, /, *, key: str = "", **fields: str) -> Row:
        """Put a file under a clause of a score table. Raises ``ApiProblem``."""
        method, path, _ = OPERATIONS["upload_evidence"]
        mark = uuid.uuid4().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {"row": str(row), **fields}.items()
        ]
        plain = "".join(" " if sign in '"\r\n' else sign for sign in file_name)
        head = f'--{mark}\r\nContent-Disposition: form-data; name="upload"; filename="{plain}"\r\n'
        body = (
            f"multipart/form-data; boundary={mark}",
            b"".join([*parts, f"{head}Content-Type: application/octet-stream\r\n\r\n".encode(), content, f"\r\n--{mark}--\r\n".encode()]),
        )
        return self._ask(method, path, f"Token {self._read}", body, key or _key())

    def write_readings(self, readings: Sequence[Mapping[str, Any]], reason: str = "", *, key: str = "") -> Row:
        """Write readings of meters, all or none; sent again they change nothing. Raises ``ApiProblem``."""
        method, path, _ = OPERATIONS["meter_readings"]
        return self._ask(method, path, f"Meter {self._meter}", _json({"readings": list(readings), "reason": reason}), key or _key())

    def schema(self) -> Row:
        """The schema of the portal, which may be newer than this file."""
        return self._ask("GET", "/api/schema/?format=json", "")

    def _ask(self, method: str, address: str, authorization: str, body: Body | None = None, key: str = "") -> Row:
        """Send a request and return the response; on 429 wait as long as the server says and repeat."""
        whole = urljoin(self.base, address)
        if urlsplit(whole)[:2] != urlsplit(self.base)[:2]:
            msg = f"the portal leads to another host: {whole}"
            raise ValueError(msg)
        headers = {"Accept": "application/json", **({"Authorization": authorization} if authorization else {})}
        content = None
        if body is not None:
            headers["Content-Type"], content = body
            headers["Idempotency-Key"] = key
        left = self.attempts
        while True:
            left -= 1
            request = Request(whole, data=content, headers=headers, method=method)  # noqa: S310 -- http or https, see above
            try:
                with self._opener.open(request, timeout=self.timeout) as answer:
                    found: Row = json.loads(answer.read())
                    return found
            except HTTPError as error:
                problem = _problem(error)
                wait = _seconds(error.headers.get("Retry-After", ""))
                if error.code != TOO_MANY or not left or wait is None:
                    raise problem from None
                time.sleep(wait)


def _operation(name: str, known: Sequence[str]) -> tuple[str, str, tuple[str, ...]]:
    """Method, path and conditions of an operation. Raises ``ValueError`` for one that is not among the known."""
    if name not in known:
        msg = f"{name}: not among {', '.join(known)}"
        raise ValueError(msg)
    return OPERATIONS[name]


def _key() -> str:
    return str(uuid.uuid4())


def _json(body: Mapping[str, Any]) -> Body:
    return "application/json", json.dumps(body, ensure_ascii=False).encode()


def _problem(error: HTTPError) -> ApiProblem:
    try:
        members = json.loads(error.read())
    except ValueError:
        members = None
    return ApiProblem(error.code, members if isinstance(members, dict) else {"title": str(error.reason)})


def _seconds(text: str) -> int | None:
    """How long to wait; None where no number is given or the wait would be too long."""
    try:
        seconds = int(text)
    except ValueError:
        return None
    return seconds if 0 <= seconds <= LONGEST_WAIT else None


def _word(value: object) -> str:
    """A condition as the address has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
