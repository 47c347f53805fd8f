"""Carbon inventories and their verification, in the February after the year."""

from carbon.inventories.lifecycle import CARBON_INVENTORY
from carbon.verification.lifecycle import CARBON_VERIFICATION
from tests.carbon.inventories.world import NOW, make_inventory
from tests.carbon.verification.world import make_mandated, put, stated
from tests.matters.matter import Matter


class InventoryMatter(Matter):
    machine = CARBON_INVENTORY
    moment = NOW
    routes = ("carbon:inventory", "carbon:inventory_action")

    def make(self):
        return make_inventory(self.people)


class VerificationMatter(Matter):
    machine = CARBON_VERIFICATION
    moment = NOW
    routes = ("carbon:verification", "carbon:verification_action")
    labels = {"核查机构": {"verifier"}}

    def __init__(self):
        self.people, self.obj = make_mandated()

    def ready(self, action):
        if action == "return":
            put(self.obj, self.people)
        if action == "sign":
            stated(self.obj, self.people)
        self.fresh()
        return {}
