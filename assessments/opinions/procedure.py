"""Steps of one opinion of a panel: effects and notified people, common to all matters."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.urls import reverse

from assessments.common.services import city_parties
from assessments.opinions import services
from assessments.opinions.forms import OpinionCheckForm, OpinionReplyForm
from assessments.opinions.models import PanelOpinion
from assessments.opinions.rules import SIGNING
from assessments.opinions.selectors import people_answering
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holding
from greendistrict.workflow.machine import Machine
from greendistrict.workflow.procedure import BEGUN, Event, Note, Party, Procedure, Step, Taken


def opinion_steps(machine: Machine, model: type[PanelOpinion]) -> Procedure:
    """Build the procedure for the opinions of one kind of matter."""
    return Procedure(
        machine=machine,
        lock=partial(_lock, model),
        words=_note,
        parties={
            "responsible": Party("责任单位", lambda opinion, _source: people_answering(opinion)),
            "applicant": Party("申报主体", _applicant),
            "handlers_at_last": Party("市级经办、评审秘书（全部答复后）", _once_none_is({"open"}, _handlers)),
            "applicant_at_last": Party("申报主体（全部销号后）", _once_none_is({"open", "replied"}, _applicant)),
        },
        events={
            BEGUN: Event(turn=("applicant",), message=model.TODO),
            "body_named": Event(turn=("responsible",), message=model.TODO),
        },
        steps={
            "reply": Step(
                form=OpinionReplyForm,
                with_state=services.answered,
                effect=services.on_reply,
                turn=("handlers_at_last",),
                message=model.TODO,
            ),
            "send_back": Step(form=OpinionCheckForm, effect=services.on_check, turn=("responsible", "applicant"), message=model.TODO),
            "close": Step(form=OpinionCheckForm, effect=services.on_check, informed=("applicant_at_last",), message=model.MOVED),
        },
    )


def _lock(model: type[PanelOpinion], pk: int) -> Any:
    """Lock the matter before the opinion, so that only one transaction at a time can close the last open opinion."""
    judged: Any = model._meta.get_field(model.MATTER).related_model
    matters = judged._default_manager.select_for_update(of=("self",), no_key=True)
    matter = matters.select_related("district__applicant").get(review_opinions=pk)
    row = model._default_manager.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=pk)
    setattr(row, model.MATTER, matter)
    return row


def _applicant(opinion: PanelOpinion, _source: str) -> Iterable[User]:
    return holding(*SIGNING, organisation_ids={opinion.matter.applicant_id})


def _handlers(opinion: PanelOpinion, source: str) -> Iterable[User]:
    city = city_parties()
    return [user for key in ("city_officer", "secretariat") for user in city[key].people(opinion, source)]


def _once_none_is(states: set[str], people: Callable[[PanelOpinion, str], Iterable[User]]) -> Callable[[PanelOpinion, str], Iterable[User]]:
    """Recipients: the people of a party once no opinion of the matter is in one of ``states``; nobody before that."""
    return lambda opinion, source: () if opinion.matter.review_opinions.filter(status__in=states).exists() else people(opinion, source)


def _note(taken: Taken) -> Note:
    """Message about the opinions of a matter; it links to their list."""
    row, action, matter = taken.obj, taken.record.action, taken.obj.matter
    words = {
        BEGUN: f"评审意见{taken.values.get('count', 1)}条，请逐条答复",
        "body_named": f"评审意见第{row.number}条由贵单位答复",
        "reply": "评审意见已逐条答复，请复核",
        "send_back": f"评审意见第{row.number}条退回再答：{taken.record.reason}",
        "close": "评审意见已全部销号",
    }
    title = f"{matter.number or ''} {matter}：{words[action]}".strip()
    return Note(title, "", reverse(row.PAGE, args=[matter.pk]), row.is_demo)
