"""Procedure of a carbon inventory (七（一）3, 七（三）4): facts, effects and notified people of each step."""

from assessments.common.services import district_parties, event_note, step_note
from carbon.inventories import selectors, services
from carbon.inventories.lifecycle import CARBON_INVENTORY
from carbon.inventories.models import CarbonInventory
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import BEGUN, Event, Procedure, Step, row_lock

MESSAGE = Message.CARBON_INVENTORY

INVENTORY_STEPS = Procedure(
    machine=CARBON_INVENTORY,
    lock=row_lock(CarbonInventory, "district", "boundary"),
    words=step_note(CARBON_INVENTORY, "carbon:inventory"),
    facts={"blocking": selectors.blocking, "frozen": selectors.to_freeze},
    parties=district_parties(lambda inventory: inventory.district),
    events={BEGUN: Event(turn=("filler",), message=MESSAGE, words=event_note("开始填报", "carbon:inventory"))},
    steps={
        "hand_up": Step(facts=("blocking",), effect=services.on_hand_up, turn=("reviewer",), message=MESSAGE),
        "take_back": Step(),
        "send_back": Step(turn=("filler",), message=MESSAGE),
        "sign": Step(facts=("blocking", "frozen"), effect=services.on_sign, informed=("city_officer", "authority"), message=MESSAGE),
    },
)
