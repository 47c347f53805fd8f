"""What is looked for in every answer of a walk: each inspector says in words what is wrong with one, or nothing."""

import io
import re
import zipfile
from functools import cache

from django.contrib.staticfiles import finders
from django.urls import resolve

from greendistrict.accounts.enums import Role
from greendistrict.documents.enums import WITHHELD, Confidentiality

GET_CODES = {200, 204, 301, 302, 403, 404, 405, 409, 410, 429}  # 410: closed for changes
MISREAD = {400, 422}  # what a hostile query may be answered as well
POST_CODES = {200, 204, 301, 302, 303, 400, 403, 404, 405, 409, 410, 413, 415, 422, 429}
OWN_CODES = {
    "api:evidence": 401,  # takes tokens, nobody's session
    "api:meter_readings": 401,  # takes tokens of systems, nobody's session
    "core:readyz": 503,
    "signin:session_stay": 401,
    "signin:second_passkey": 401,
    "signin:proof_passkey": 401,
}
REFUSED = {301, 400, 401, 403, 404, 405, 409, 410, 422, 429}
BACK_TO_SIGN_IN = {"accounts:logout", "signin:second"}
UNAUTHORIZED, NO_SUCH_METHOD, ERROR = 401, 405, 400
API, STATIC = "/api/", "/static/"
SECRET = "商业秘密合同QX7"
# Who reads no name of a classified file: all but the city and the district's own side.
OUTSIDE = {Role.SECRETARIAT, Role.PARTNER, Role.BUREAU, Role.CONSULTANT, Role.VERIFIER, Role.EXPERT}
HEAD = re.compile(r'<h1\b.*?(?=class="gd-acts"|</header|</main)', re.DOTALL)  # of a page, with what stands beside its heading
FICTION, MARK = "（虚构）", "演示数据"
# Meant to be kept by programs that are no browsers, and the same for everybody.
FOR_CALENDARS = {"outreach:event_calendar"}
# Shows what differs from the archive of a decision: the names that are planted after it do.
COMPARES = {"approvals:case_decision"}
# A keeper's form about the record of one body, whose name says that it is fiction.
UNMARKED = {"accounts:organisation_change"}


def fails(asked):
    """A view that raises, or answers what none of its kind should."""
    code = asked.code
    known = POST_CODES if asked.method == "post" else GET_CODES | MISREAD if asked.hostile else GET_CODES
    if code and (code in known or code == OWN_CODES.get(asked.place)):
        return ""
    visits = asked.seat.user is None and code == UNAUTHORIZED
    return "" if visits and answers_unauthorized(asked.url) else str(asked)


def answers_unauthorized(url):
    """Whether a visitor is answered 401 instead of the page to sign in: programs, and what a page sends by itself."""
    path = url.partition("?")[0]
    return path.startswith(API) or getattr(resolve(path).func, "asks_by_itself", False)


def signs_out(asked):
    """Somebody signed in is sent to the sign-in page."""
    sent = asked.seat.user is not None and asked.code == 302 and asked.answer["Location"].startswith("/accounts/login/")
    return str(asked) if sent and asked.place not in BACK_TO_SIGN_IN else ""


def stays_in_browser(asked):
    """An answer to somebody signed in that the browser may keep."""
    known = asked.seat.user is not None and asked.code and asked.place not in FOR_CALENDARS
    keeps = known and "no-store" not in asked.answer.headers.get("Cache-Control", "")
    return str(asked) if keeps else ""


def leads_nowhere(asked):
    """A link that a page shows somebody and that answers with an error."""
    return f"{asked} (linked from {asked.source})" if asked.source and asked.code >= ERROR else ""


def opens_what_is_hidden(asked):
    """An address with something out of sight in it that is not refused."""
    if not asked.hidden or not asked.code or asked.code in REFUSED or (asked.seat.user is None and asked.code == 302):
        return ""
    return str(asked)


def names_the_classified(asked):
    """The name of a classified file, read by somebody who may not."""
    looked = is_outside(asked.seat) and asked.place not in COMPARES
    return str(asked) if looked and asked.code == 200 and SECRET in words_of(asked) else ""


def is_outside(seat):
    return seat.roles <= OUTSIDE


def hides_fiction(asked):
    """A page about one fictional district, body or matter that does not mark it as demonstration."""
    heads = HEAD.findall(asked.text) if asked.is_page and asked.place not in UNMARKED and MARK not in asked.text else []
    return str(asked) if any(FICTION in head for head in heads) else ""


INSPECTORS = (fails, signs_out, stays_in_browser, leads_nowhere, opens_what_is_hidden, names_the_classified, hides_fiction)


def words_of(asked):
    """All text of an answer: of a workbook or archive that of its parts."""
    if not asked.body.startswith(b"PK"):
        return asked.text
    with zipfile.ZipFile(io.BytesIO(asked.body)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def withholds(asked):
    """Whether the answer says in place of a file that it is out of the reader's sight."""
    return WITHHELD in asked.text


@cache
def is_static(path):
    """Whether there is such a static file."""
    return finders.find(path.removeprefix(STATIC)) is not None


def plant():
    """Classify every second file of the story and give it a name that stands nowhere else; keys of one file of each kind of owner."""
    from django.db.models import F
    from django.db.models.functions import Mod

    from greendistrict.documents.models import Evidence

    odd = Evidence.objects.annotate(rest=Mod(F("pk"), 2)).filter(rest=1)
    odd.update(title=SECRET, confidentiality=Confidentiality.CLASSIFIED)
    return list({owner.partition(":")[0]: key for owner, key in odd.values_list("owner", "key")}.values())
