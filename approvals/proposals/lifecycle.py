"""Seats of the state machine of a proposal."""

from approvals.cases.rules import is_city_checker, is_city_director, proposed
from greendistrict.workflow.machine import Seat

CHECKER = Seat("city_checker", "市级审核", is_city_checker)
DIRECTOR = Seat("city_director", "市级审定", is_city_director)
PROPOSER = Seat("proposer", "提出人", proposed)
