"""Seats (who may take a step of a case), shared by the machines of all kinds."""

from approvals.cases import rules
from greendistrict.workflow.machine import Seat

PREPARER = Seat("preparer", "申报主体填报人", rules.is_preparer)
SIGNER = Seat("reviewer", "申报主体审核人", rules.is_signer)
AUTHORITY = Seat("authority", "区专门机构", rules.is_designated_body)
OFFICER = Seat("city_officer", "市级经办", rules.is_officer)
CHECKER = Seat("city_checker", "市级审核", rules.is_checker)
LEGAL = Seat("city_legal", "市级法制", rules.is_legal)
DECIDER = Seat("city_director", "市级审定", rules.decides_case)
DIRECTOR = Seat("city_director", "市级审定", rules.is_director)
SECRETARY = Seat("secretariat", "评审秘书", rules.is_secretary)
