"""Tests that ``make image-check`` runs on the topology, with either engine."""

import http.client
import json
import re
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from scripts.compose_driver import CheckError

ROOT = Path(__file__).resolve().parent.parent
IMAGE = "greendistrict:image-check"
PROJECT = "gdimagecheck"
HOST = "portal.example"
PARTS = ("postgres", "redis", "web", "worker", "mail", "hooks", "reports", "office", "converter", "beat")
OF_PORTAL = ("web", "worker", "mail", "hooks", "reports", "office", "converter", "beat")
PDF = (
    "import weasyprint; weasyprint.HTML(string='<p lang=zh-CN>绿色生态城区</p>').write_pdf('/tmp/a.pdf'); import pikepdf;"
    " paper = pikepdf.open('/tmp/a.pdf'); fonts = [str(one.BaseFont) for one in paper.pages[0].Resources.Font.values()];"
    " assert any('Noto' in one for one in fonts), fonts; print('PDF with', *fonts)"
)
ACCOUNT = """
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.new_accounts import create_user
from greendistrict.accounts.services import appoint
body = Organisation.objects.create(name="检查用单位", code="image-check", kind="city")
user = create_user(username="image-check", name="检查员", by=None, password={password!r})
appoint(user=user, organisation=body, role="city_director", by=None)
"""
ASK = """
from django.db import transaction
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from reports.jobs.enums import Scope
from reports.jobs.kinds import report_kinds
from reports.jobs.requests import request_report
user, asked = User.objects.get(username="image-check"), []
kinds = [(key, one) for key, one in report_kinds.by_key.items() if one.scope == Scope.CITY and not one.files]
wanted = [
    (key, year, formats)
    for key, one in kinds
    for year in list(one.years(clock.today())) or [clock.today().year]
    for formats in [(), *((each,) for each in one.formats)]
]
with transaction.atomic():
    for kind, year, formats in wanted:
        if len(asked) < {number}:
            try:
                asked.append(request_report(kind=kind, year=year, by=user, formats=formats).pk)
            except Refused:  # no district has handed anything in
                continue
print("asked for", len(asked), "reports")
"""
RECORDS = "SELECT count(*) FROM audit_auditrecord"
COUNTED = "SELECT state, count(*), max(attempts) FROM reports_exportjob GROUP BY state"
DIGESTS = "SELECT d.sha256 FROM reports_reportfile f JOIN documents_evidence d ON d.id = f.document_id ORDER BY 1"


class Topology(Protocol):
    """Interface of both engines; see ``compose_driver.Driver`` for its methods."""

    services: dict[str, Any]

    def make_places(self) -> None: ...  # noqa: D102
    def up(self, only: Sequence[str] = ()) -> dict[str, float]: ...  # noqa: D102
    def once(self, service: str, *command: str, limit: int = 900) -> str: ...  # noqa: D102
    def alone(self, service: str, *command: str) -> str: ...  # noqa: D102
    def execute(self, service: str, *command: str, stdin: str | None = None, limit: int = 300) -> str: ...  # noqa: D102
    def stop(self, service: str) -> int: ...  # noqa: D102
    def restart(self, service: str) -> float: ...  # noqa: D102
    def remove(self, *services: str) -> None: ...  # noqa: D102
    def renew_volume(self, name: str) -> None: ...  # noqa: D102
    def wait_healthy(self, service: str, limit: int = 420) -> float: ...  # noqa: D102
    def logs(self, service: str) -> str: ...  # noqa: D102


def values(folder: Path) -> dict[str, str]:
    """Values of an ``.env`` file; all secrets are newly generated, into this folder."""
    subprocess.run(["sh", str(ROOT / "deploy" / "secrets.sh"), str(folder)], check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        "SECRETS_DIR": str(folder),
        "PORTAL_IMAGE": IMAGE,
        "GD_WITHOUT_CLAMD": "the check of the image uploads no files of strangers",
        "ALLOWED_HOSTS": HOST,
        "SITE_URL": f"https://{HOST}",
        "GD_TRUSTED_PROXIES": "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16",
        "EMAIL_HOST": "127.0.0.1",
        "DEFAULT_FROM_EMAIL": f"portal@{HOST}",
        "PUBLISH": f"127.0.0.1:{port}",
    }


class Browser:
    """Requests as forwarded by the TLS gateway; keeps all cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None, *, limit: int = 60, **headers: str
    ) -> tuple[int, bytes, str]:
        """Status, content and redirect target. Raises ``OSError`` if there is no answer within ``limit`` seconds."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=limit)
        sent = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "203.0.113.7",
            "Referer": f"https://{HOST}{path}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **({"Content-Type": "application/x-www-form-urlencoded"} if form else {}),
            **headers,
        }
        connection.request(method, path, urlencode(form) if form else None, sent)
        answer = connection.getresponse()
        content = answer.read()
        for line in answer.msg.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        connection.close()
        return answer.status, content, answer.headers.get("Location", "")

    def get(self, path: str) -> bytes:
        """Content of a page after redirects. Raises ``CheckError`` for an error."""
        for _ in range(5):
            status, content, location = self.ask("GET", path)
            if status == http.HTTPStatus.OK:
                return content
            if location.startswith("/"):
                path = location
                continue
            break
        msg = f"{path}: {status}"
        raise CheckError(msg)

    def sign_in(self, password: str) -> None:
        """Sign in by the page's own form."""
        self.cookies.clear()
        page = self.get("/accounts/login/").decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        form = {"username": "image-check", "password": password, "csrfmiddlewaretoken": token[1] if token else ""}
        status, content, location = self.ask("POST", "/accounts/login/", form)
        must(status == http.HTTPStatus.FOUND, f"sign-in: {status} {location} {content[-400:]!r}")


def must(holds: object, words: str) -> None:
    """Raise ``CheckError`` if a condition is not met."""
    if not holds:
        raise CheckError(words)


def said(words: str) -> None:
    """Print a figure or a fact."""
    print(f"   {words}", flush=True)


def trials(topology: Topology) -> Iterator[tuple[str, Callable[[], None]]]:
    """All trials by name, in order."""
    one = Trials(topology)
    yield "the image by itself, as its user, read-only root", one.image_alone
    yield "the topology starts, every health check is green", one.starts
    yield "ready, styled, checked, signed in", one.signed_in
    yield "a report through the outbox, the broker and the worker", one.report
    yield "each part restarted", one.restarts
    yield "SIGTERM with jobs in hand", one.sigterm
    yield "copy and restore into empty volumes", one.copy_and_restore
    yield "logs are JSON, with a line for each request", one.logs
    yield "every part ends by itself when asked to", one.ends


class Trials:
    """The trials and their shared state."""

    def __init__(self, topology: Topology) -> None:
        self.at = topology
        port = int(topology.services["web"]["ports"][0].split(":")[1])
        self.browser, self.password = Browser(port), secrets.token_urlsafe(18) + "aA1!"

    def _sql(self, statement: str) -> list[list[str]]:
        words = ("psql", "-h", "/var/run/postgresql", "-U", "greendistrict", "-d", "greendistrict", "-AtX", "-c", statement)
        return [line.split("|") for line in self.at.execute("postgres", *words).splitlines() if line]

    def _shell(self, code: str) -> str:
        return self.at.execute("web", "python", "manage.py", "shell", "-v", "0", "-c", code)

    def _states(self) -> dict[str, tuple[int, int]]:
        return {state: (int(number), int(attempts)) for state, number, attempts in self._sql(COUNTED)}

    def _ready(self) -> None:
        answer = ""
        for _ in range(30):
            try:
                status, content, _ = self.browser.ask("GET", "/readyz", limit=10)
            except OSError as error:  # the engine may still be moving the published port to the container it restarted
                answer = str(error)
            else:
                if status == http.HTTPStatus.OK:
                    return
                answer = f"{status} {content.decode()}"
            time.sleep(1)
        raise CheckError(f"/readyz: {answer}")  # noqa: EM102, TRY003 -- the answer itself

    def image_alone(self) -> None:
        """No unreadable files; fonts, programs and a PDF work; no traces of the build environment."""
        script = "id -u; id -g; find /app /opt ! -readable; fc-list :lang=zh family | sort -u | head -n 3; pg_dump --version; ls /app"
        found = self.at.alone("web", "sh", "-c", script).splitlines()
        must(found[:2] == ["10001", "10001"], f"user and group: {found[:2]}")
        must("Noto" in found[2], f"unreadable files, or no Chinese font: {found[2:8]}")
        must(any(line.startswith("pg_dump") for line in found), f"no pg_dump: {found}")
        workshop = {"tests", "docs", "tools", "Dockerfile", "docker-compose.yml", ".git", ".env", "node_modules"}
        must(not workshop & set(found), f"in the image: {workshop & set(found)}")
        said(f"user {found[0]}:{found[1]}, {next(line for line in found if line.startswith('pg_dump'))}")
        traces = "cat /etc/apt/sources.list.d/debian.sources; ls /run/ca.pem /etc/apt/apt.conf.d/90ca 2>&1 | grep -v 'No such' || true"
        sources = self.at.alone("web", "sh", "-c", traces)
        hosts = set(re.findall(r"https?://([\w.-]+)", sources))
        must(hosts == {"deb.debian.org"} and "90ca" not in sources, f"traces of the build: {sources}")
        said(self.at.alone("web", "sh", "-c", f'python -c "{PDF}" 2>&1').strip())
        errors = self.at.alone("web", "sh", "-c", "fc-list >/dev/null")
        must("Fontconfig error" not in errors, errors)

    def starts(self) -> None:
        """The whole file starts in order."""
        self.at.make_places()
        took = self.at.up()
        said(", ".join(f"{name} {seconds:.0f} s" for name, seconds in took.items()))

    def signed_in(self) -> None:
        """First installation, deployment check, pages after sign-in."""
        self._ready()
        self.at.execute("web", "python", "manage.py", "setup")
        checked = self.at.execute("web", "sh", "-c", "python manage.py check --deploy --database default --fail-level ERROR 2>&1")
        named = sorted(set(re.findall(r"gd[.][A-Z]\d+", checked)))
        said(f"check --deploy: {', '.join(named) or 'nothing'}")
        self._shell(ACCOUNT.format(password=self.password))
        self.browser.sign_in(self.password)
        page = self.browser.get("/desk/").decode()
        must("image-check" in page or "检查员" in page, "the desk does not name who signed in")
        style = re.search(r'href="(/static/[^"]+\.css)"', page)
        must(style, "the desk has no style sheet")
        self.browser.get(style[1] if style else "")
        status, _, _ = Browser(self.browser.port).ask("GET", "/metrics")
        must(status == http.HTTPStatus.NOT_FOUND, f"/metrics for everybody: {status}")
        bearer = "Bearer " + self.at.execute("web", "cat", "/run/secrets/GD_METRICS_TOKEN").strip()
        status, content, _ = Browser(self.browser.port).ask("GET", "/metrics", Authorization=bearer)
        must(status == http.HTTPStatus.OK and b"greendistrict_requests_total" in content, f"/metrics with the token: {status}")

    def report(self) -> None:
        """A report is requested in the web container and generated by the worker."""
        said(self._shell(ASK.format(number=2)).strip())
        for _ in range(180):
            found = self._states()
            if set(found) == {"done"}:
                said(f"{found['done'][0]} reports, {len(self._sql(DIGESTS))} files")
                return
            must("failed" not in found, f"a report failed: {self.at.logs('reports')[-2000:]}")
            time.sleep(1)
        msg = f"no report after three minutes: {self._states()}"
        raise CheckError(msg)

    def restarts(self) -> None:
        """After restarts, sessions continue and the portal becomes ready."""
        for part in PARTS:
            took = self.at.restart(part)
            if part in {"postgres", "redis", "web"}:
                self._ready()
                must("检查员" in self.browser.get("/desk/").decode(), f"signed out after a restart of {part}")
            said(f"{part} {took:.0f} s")

    def sigterm(self) -> None:
        """On SIGTERM the worker finishes its task and exits 0; after a restart it makes the remaining reports, none twice."""
        before = self._states()["done"][0]
        self.at.stop("reports")
        said(self._shell(ASK.format(number=40)).strip().splitlines()[-1])
        self.at.restart("reports")
        for _ in range(200):
            if "running" in self._states():
                break
            time.sleep(0.1)
        must("running" in self._states(), f"no report was in hand: {self._states()}")
        began = time.monotonic()
        code = self.at.stop("reports")
        after = self._states()
        said(f"ended with {code} after {time.monotonic() - began:.0f} s; {after}")
        must(code == 0, f"exit code {code}")
        must("running" not in after and after["done"][0] > before, f"left in hand: {after}")
        self.at.restart("reports")
        for _ in range(240):
            if set(self._states()) == {"done"}:
                break
            time.sleep(1)
        after = self._states()
        must(set(after) == {"done"} and after["done"][1] == 1, f"after the next start: {after}")
        said(f"after the next start {after['done'][0]} reports, each made once")

    def copy_and_restore(self) -> None:
        """After backup and restore, all rows and files are there, and passwords work."""
        before = self._sql(DIGESTS)
        self.at.execute("worker", "python", "manage.py", "backup", "/backups", limit=900)
        (name,) = self.at.execute("worker", "sh", "-c", "ls /backups").split()
        self.at.execute("worker", "python", "manage.py", "verify_backup", f"/backups/{name}")
        rows = self._sql(RECORDS)
        for part in reversed(PARTS):
            self.at.stop(part)
        self.at.remove("migrate", *PARTS)
        for volume in ("database", "data"):
            self.at.renew_volume(volume)
        self.at.up(["postgres"])
        said(self.at.once("migrate", "python", "manage.py", "restore", f"/backups/{name}", "--verify").strip().splitlines()[-1])
        self.at.up([part for part in self.at.services if part != "postgres"])
        must(self._sql(DIGESTS) == before, "other files than before")
        said(f"{name}: {len(before)} files as before, {rows[0][0]} audit records at the copy")
        self._ready()
        self.browser.sign_in(self.password)

    def logs(self) -> None:
        """All parts of the portal log one JSON object per line."""
        for part in OF_PORTAL:
            lines = [line for line in self.at.logs(part).splitlines() if line.strip()]
            wrong = [line for line in lines if not _is_json(line)]
            must(not wrong, f"{part}: {len(wrong)} of {len(lines)} lines are no JSON, such as {wrong[:3]}")
            said(f"{part}: {len(lines)} lines")
        asked = [one for line in self.at.logs("web").splitlines() if (one := json.loads(line)).get("logger") == "greendistrict.access"]
        found = [one for one in asked if one.get("path") == "/accounts/login/" and one.get("method") == "POST"]
        must(found and found[-1]["status"] == http.HTTPStatus.FOUND, f"no access line of the sign-in among {len(asked)}")
        must(found[-1]["address"] == "203.0.113.7", f"the caller's address: {found[-1]}")

    def ends(self) -> None:
        """Every container stops within its grace period, without being killed."""
        for part in reversed(PARTS):
            code = self.at.stop(part)
            must(code in {0, 143}, f"{part} ended with {code}")


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
