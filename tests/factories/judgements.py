"""Simulated reviews and inconsistent pairs planted in them: pure, seeded, constants of its own in judgements.yaml."""

import random
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import yaml

from assessments.reviews.enums import Judgement
from assessments.reviews.settlement import Claim, ClauseOutcome, Opinion, SettledClause, own_outcome, settled

DRAWN = yaml.safe_load((Path(__file__).parent / "judgements.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Rule:
    """A clause: its points by step, 0 first; a control has none."""

    item_id: str
    points: tuple[Decimal, ...]

    def step(self, value):
        """Step that a value reaches: they lie evenly between the lowest and the highest value."""
        low, high = DRAWN["value"]["low"], DRAWN["value"]["high"]
        return min(int((float(value) - low) / (high - low) * len(self.points)), len(self.points) - 1)

    def claim(self, value):
        """What the district claims for a value."""
        if not self.points:
            return Claim(self.item_id, control=True, most=Decimal(0), outcome=ClauseOutcome(holds=True))
        return Claim(self.item_id, control=False, most=self.points[-1], outcome=ClauseOutcome(points=self.points[self.step(value)]))


class Simulation:
    """Reviews of one seed, clause by clause, with the planted pairs as (clause, case, case)."""

    def __init__(self, seed):
        self.rng = random.Random(seed)  # noqa: S311 -- a seeded draw must repeat
        self.rules = [self._rule(number) for number in range(DRAWN["clauses"])]
        self.cases = [{rule.item_id: self._judged(case, rule) for rule in self.rules} for case in range(DRAWN["reviews"])]
        self.planted = []
        while len(self.planted) < DRAWN["planted"]["pairs"]:
            self._plant()

    def _rule(self, number):
        if number < DRAWN["controls"]:
            return Rule(f"c{number}", ())
        most, steps = self.rng.choice(DRAWN["points"]), self.rng.choice(DRAWN["steps"])
        return Rule(f"s{number}", tuple(Decimal(most) * part / steps for part in range(steps + 1)))

    def _judged(self, case, rule):
        value = f"{self.rng.uniform(DRAWN['value']['low'], DRAWN['value']['high']):.2f}"
        proved = self.rng.random() >= DRAWN["unproved"]
        claim = rule.claim(value)
        refused = not proved and self.rng.random() < DRAWN["readers"]["unproved_refused"]
        readings = [self._reading(rule, claim, proved=proved, refused=refused) for _ in range(2)]
        return SettledClause(case, claim, value, proved, self._settle(claim, readings))

    def _reading(self, rule, claim, *, proved, refused):
        if refused:
            return Judgement.DIFFER, None if claim.control else rule.points[0]
        step = rule.points.index(claim.outcome.points) if rule.points else 0
        if proved and step and self.rng.random() < DRAWN["readers"]["one_step_lower"]:
            return Judgement.DIFFER, rule.points[step - 1]
        return Judgement.AGREE, None

    @staticmethod
    def _settle(claim, readings):
        opinions = [Opinion(seat, judgement, own_outcome(claim, judgement, points)) for seat, (judgement, points) in enumerate(readings, 1)]
        return settled([claim], {claim.item_id: opinions}, {}, Decimal("0.3"))[claim.item_id]

    def _plant(self):
        """Let two panels judge nearly the same value of a clause differently: one accepts, the other takes away."""
        rule = self.rng.choice(self.rules)
        first, second = self.rng.sample(range(DRAWN["reviews"]), 2)
        taken = {(item, case) for item, *pair in self.planted for case in pair}
        accepted = self.cases[first][rule.item_id]
        value = f"{float(accepted.value) * (1 + self.rng.uniform(*DRAWN['planted']['value_apart'])):.2f}"
        claim = rule.claim(value)
        away = self.rng.randint(*DRAWN["planted"]["steps_taken"])
        if (rule.item_id, first) in taken or (rule.item_id, second) in taken or not accepted.proved:
            return
        if rule.points and (rule.step(value) < away or rule.step(value) != rule.step(accepted.value)):
            return
        lower = ClauseOutcome(holds=False) if claim.control else ClauseOutcome(points=rule.points[rule.step(value) - away])
        self.cases[first][rule.item_id] = replace(accepted, outcome=accepted.claim.outcome)
        self.cases[second][rule.item_id] = SettledClause(second, claim, value, proved=True, outcome=lower)
        self.planted.append((rule.item_id, first, second))
