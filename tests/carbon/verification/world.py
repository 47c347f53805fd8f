"""A filed inventory of a year and its mandated verification."""

from django.core.files.uploadedfile import SimpleUploadedFile

from carbon.inventories import services as inventories
from carbon.verification import services
from greendistrict.core import clock
from greendistrict.documents.services import store
from tests.carbon.inventories.world import HEAD, NOW, ROWS, make_inventory, to_filed
from tests.factories.accounts import cast as make_cast
from tests.files import pdf
from tests.steps import step

YEAR = 2025
FOUND = "电量与抄表记录不符（虚构）"
ANSWER = "已按抄表记录更正，另立新版（虚构）"
STATEMENT = "按清单所列范围和因子逐项核对（虚构）"


def make_mandated():
    """Everybody, and the verification that the leading body mandated."""
    people = make_cast()
    with clock.at(NOW):
        inventory = to_filed(make_inventory(people, year=YEAR), people)
        found = services.mandate(district=inventory.district, year=YEAR, body=people.verifier_body, by=people.authority)
    return people, found


def put(found, people, text=FOUND):
    """A finding of the verifier."""
    found.refresh_from_db()
    return services.add_finding(verification=found, text=text, version=found.version, by=people.verifier)


def answered(finding, people, text=ANSWER):
    """The district's words about a finding."""
    finding.verification.refresh_from_db()
    return services.reply(finding=finding, text=text, version=finding.verification.version, by=people.preparer)


def settled(finding, people):
    """Closed by the verifier."""
    finding.verification.refresh_from_db()
    return services.settle(finding=finding, note="相符（虚构）", version=finding.verification.version, by=people.verifier)


def stated(found, people, conclusion="unqualified"):
    """Statement and conclusion of the verifier."""
    found.refresh_from_db()
    return services.save(verification=found, statement=STATEMENT, conclusion=conclusion, version=found.version, by=people.verifier)


def corrected(inventory, people):
    """The next edition, filed, without one of the rows."""
    made = inventories.correct(inventory=inventory, reason=FOUND, by=people.preparer)
    inventories.save(inventory=made, head=HEAD, boundary=None, rows=ROWS[:1], version=made.version, by=people.preparer)
    return to_filed(made, people)


def paper():
    """The verifier's opinion on paper, as a scan."""
    return SimpleUploadedFile("核查意见.pdf", pdf(), content_type="application/pdf")


def on_paper(found, people):
    """With its paper."""
    services.add_paper(verification=found, upload=paper(), title="核查意见", by=people.verifier)
    found.refresh_from_db()


def kept_paper(found, people):
    """The same in any state."""
    store(owner=found, upload=paper(), kind=services.OPINION, title="核查意见", by=people.verifier, may_add=True)


def handed_up(found, people):
    """Stated, with its paper, waiting for a second person."""
    stated(found, people)
    on_paper(found, people)
    return step(found, "hand_up", people.verifier)


def signed(found, people):
    """Signed without a finding, by the city's officer, since the body has nobody else."""
    handed_up(found, people)
    return step(found, "sign", people.city_officer)
