"""Files sent by a real nginx with the location that docs/operations.md prints, in front of a real portal."""

import os
import re
import shutil
import subprocess

import pytest
import requests

from greendistrict.processes import until
from tests.factories.accounts import PASSWORD
from tests.processes import ROOT, Portal
from tests.servers import free_port

pytestmark = pytest.mark.area("greendistrict/documents", "greendistrict/settings", "docs/operations.md")
SIZE = 3_000_000
STORED = f"""
from greendistrict.documents.services import store_bytes
from tests.factories.accounts import cast
from tests.factories.districts import make_district
district = make_district(cast())
content = b"%PDF-1.7\\n" + bytes(range(256)) * ({SIZE} // 256)
row = store_bytes(owner=district, content=content, name="规划.pdf", content_type="application/pdf", kind="plan", title="规划")
print(row.key, district.applicant.posts.filter(role="preparer").first().user.username)
"""
CONFIGURATION = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{}}
http {{
    access_log off;
    types {{}}
    default_type application/octet-stream;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass {portal};
            proxy_set_header Host $host;
        }}
        {location}
    }}
}}
"""


@pytest.fixture
def portal(tmp_path):
    with Portal(tmp_path / "portal", f"gateway_{os.getpid()}", GD_ACCEL_PREFIX="/stored/") as own:
        own.migrate()
        yield own


@pytest.fixture
def gateway(portal, tmp_path):
    """Starts nginx before the portal's web server; returns its address."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    assert program, "no nginx: run scripts/setup.py --browser"
    (block,) = re.findall(r"```nginx\n(.*?)```", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), re.DOTALL)
    assert "alias /data/media/;" in block
    portal.start_web()
    port = free_port()
    told = {"folder": tmp_path, "port": port, "portal": portal.url, "location": block.replace("/data/media/", f"{portal.media}/")}
    user = "user root;" if os.geteuid() == 0 else ""  # its workers read what the portal alone may read
    (tmp_path / "nginx.conf").write_text(CONFIGURATION.format(user=user, **told), encoding="utf-8")
    with (tmp_path / "nginx.log").open("wb") as log:
        nginx = subprocess.Popen([program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")], stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        assert until(lambda: status(address + "/healthz") == 200, 30), (tmp_path / "nginx.log").read_text()
        yield address
    finally:
        nginx.terminate()
        nginx.wait(20)


def asked(address, person=None, **headers):
    return (person or requests).get(address, headers=headers, allow_redirects=False, timeout=60)


def status(address):
    try:
        return asked(address).status_code
    except requests.RequestException:
        return 0


def signed_in(address, username):
    person, page = requests.Session(), f"{address}/accounts/login/"
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', person.get(page, timeout=60).text)[:1]
    form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert person.post(page, form, headers={"Referer": address}, allow_redirects=False, timeout=60).status_code == 302
    return person


def test_nginx_sends_what_the_portal_lets_a_person_read(portal, gateway):
    key, username = portal.run("manage.py", "shell", "--verbosity", "0", "--command", STORED).split()[-2:]
    content = b"%PDF-1.7\n" + bytes(range(256)) * (SIZE // 256)
    address = f"{gateway}/documents/{key}/"
    person = signed_in(gateway, username)
    bare = asked(f"{portal.url}/documents/{key}/", signed_in(portal.url, username))
    stored = bare.headers["X-Accel-Redirect"]
    assert (stored[:8], bare.content) == ("/stored/", b""), "the portal itself sends nothing"
    answer = asked(address, person)
    told = answer.headers
    assert (answer.status_code, answer.content == content, told["Server"].partition("/")[0]) == (200, True, "nginx")
    wanted = {
        "Content-Type": "application/pdf", "Cache-Control": "private, no-store", "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "X-Accel-Redirect": None,
    }  # fmt: skip
    assert {name: told.get(name) for name in wanted} == wanted
    assert told["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    part = asked(address, person, Range="bytes=1000-1999")
    assert (part.status_code, part.headers["Content-Range"]) == (206, f"bytes 1000-1999/{len(content)}")
    assert part.content == content[1000:2000]
    assert asked(address).status_code == 302, "who is not signed in is asked to"
    assert [asked(gateway + stored, one).status_code for one in (None, person)] == [404, 404], "the folder itself is for nobody"
