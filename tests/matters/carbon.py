"""Carbon inventories and their verification, in the February after the year."""

from carbon.inventories.lifecycle import CARBON_INVENTORY
from carbon.verification.lifecycle import CARBON_VERIFICATION
from tests.carbon.inventories.world import NOW, make_inventory
from tests.carbon.verification.world import STATEMENT, kept_paper, make_mandated, on_paper, put, stated
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
    labels = {"核查机构": {"verifier"}, "核查机构的另一人": set()}

    def __init__(self):
        self.people, self.obj = make_mandated()

    def to(self, state):
        self.store(status=state, handed_by=self.people.verifier)

    def ready(self, action):
        if action == "return":
            put(self.obj, self.people)
        if action == "hand_up":
            stated(self.obj, self.people)
            on_paper(self.obj, self.people)
        if action == "sign":
            self.store(statement=STATEMENT, conclusion="unqualified")
            kept_paper(self.obj, self.people)
        self.fresh()
        return {}
