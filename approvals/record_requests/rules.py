"""Who asks and who answers, and how far a request is."""

from collections.abc import Iterable, Sequence

from approvals.cases.rules import may_work_in_bulk
from approvals.record_requests.enums import LineState, RequestState
from approvals.record_requests.gaps import WantedRecord, is_among
from approvals.record_requests.models import RecordRequest, RequestedRecord
from districts.file.models.district import District
from districts.file.rules import is_preparer
from greendistrict.accounts.selectors import HeldPosts


def may_ask(held: HeldPosts) -> bool:
    """请补录 and its withdrawal: the city's officer."""
    return may_work_in_bulk(held)


def may_answer(held: HeldPosts, district: District) -> bool:
    """Answers: preparers of the applicant."""
    return is_preparer(held, district)


def line_state(line: RequestedRecord, missing: Sequence[WantedRecord]) -> LineState:
    """How far a line is: what is there now counts whatever was answered before."""
    if not is_among(line.key, missing):
        return LineState.ADDED
    return LineState(line.answer) if line.answer else LineState.MISSING


def request_state(request: RecordRequest, lines: Iterable[RequestedRecord], missing: Sequence[WantedRecord] | None) -> RequestState:
    """How far a request is; ``missing`` is None where the district holds no title any more."""
    if request.withdrawn_at is not None:
        return RequestState.WITHDRAWN
    if missing is None:
        return RequestState.ENDED
    is_open = any(line_state(line, missing) == LineState.MISSING for line in lines)
    return RequestState.OPEN if is_open else RequestState.DONE
