"""Files of letters in the registry of kinds."""

from reports.jobs.enums import Scope, Sight
from reports.jobs.kinds import Report
from reports.letters.selectors import copies_visible_to
from reports.letters.services import FORMATS, LETTER, became_of, compose_letter, reads_otherwise_now

KINDS = {
    LETTER: Report(
        "{subject}",
        sight=Sight.CITY,
        compose=compose_letter,
        name="文书参考稿",
        about="一份文书的参考稿，PDF 和 Word",
        formats=FORMATS,
        scope=Scope.MATTER,
        matters=copies_visible_to,
        may=lambda held: bool(held.roles) and not held.is_keeper,
        material="文书参考稿",
        superseded=reads_otherwise_now,
        since=became_of,
        offered=False,  # asked for on the page of the letter
    )
}
