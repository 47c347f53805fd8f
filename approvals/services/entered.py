"""Steps that the officer takes for somebody who came on paper or called (代录)."""

from django.db import transaction

from approvals.lossfacts import loss_facts
from approvals.models import Case
from approvals.services import papers
from approvals.services.requests import Entry, enter
from approvals.services.steps import locked, move
from greendistrict.accounts.models import User
from greendistrict.core.errors import Refusal, Refused


@transaction.atomic
def enter_withdrawal(*, case: Case, by: User, reason: str, entry: Entry, version: int | None = None) -> Case:
    """代录撤回: as the signer's own withdrawal, with the paper behind it."""
    case = locked(case, version)
    if not reason.strip():
        raise Refused([Refusal("请填写撤回理由", field="reason")])
    kept = enter(case=case, by=by, action="withdraw", entry=entry)
    move(case, "enter_withdrawal", by, reason=f"代{kept.on_behalf}：{reason.strip()}")
    papers.stop_review(case, reason=f"{case.number or ''}{case}已撤回")
    return case


@transaction.atomic
def enter_statement(*, case: Case, by: User, statement: str, entry: Entry, version: int | None = None) -> Case:
    """代录陈述申辩: heard in person, on paper or at a hearing, whenever it came before the next step."""
    case = locked(case, version)
    if not statement.strip():
        raise Refused([Refusal("请写明陈述申辩的内容", field="statement")])
    kept = enter(case=case, by=by, action="statement", entry=entry)
    move(case, "enter_statement", by, facts=loss_facts(case), reason=f"代{kept.on_behalf}登记")
    loss = case.loss
    loss.statement, loss.statement_on = statement.strip()[:4000], kept.received_on
    loss.statement_way, loss.statement_by = str(kept.get_way_display()), kept.on_behalf
    loss.save(update_fields=["statement", "statement_on", "statement_way", "statement_by"])
    return case
