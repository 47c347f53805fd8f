"""State machine of a loss of title (取消、撤销 CX). Repeated failures open a draft (``services.failures``); people decide every step."""

from approvals.cases.enums import CaseState
from approvals.cases.guards import decision_numbered, decision_recorded
from approvals.cases.lifecycle import steps
from approvals.cases.lifecycle.machines import case_machine
from approvals.cases.lifecycle.seats import CHECKER, DECIDER, OFFICER, SIGNER
from approvals.losses.guards import (
    checker_asked,
    checker_left_out,
    considered_written,
    discussion_recorded,
    file_written,
    grounds_hold,
    hearing_open,
    hearing_over,
    intent_recorded,
    remedies_named,
    serving_recorded,
    statement_written,
)
from approvals.requests.guards import entry_whole
from greendistrict.workflow.machine import State, Transition
from greendistrict.workflow.registry import register

STATES = (
    State(CaseState.DRAFT, "拟办", phase="拟办", outside_phase="事先告知"),
    State(CaseState.CHECKING, "待审核", tone="info", phase="拟办", outside_phase="事先告知"),
    State(CaseState.TELLING, "待事先告知", tone="info", phase="事先告知", outside_phase="事先告知"),
    State(CaseState.HEARING, "待陈述申辩", "已告知", "warning", phase="陈述申辩", outside_phase="陈述申辩"),
    State(CaseState.HEARD, "已陈述申辩，待复核", "审查中", "info", phase="陈述申辩", outside_phase="审查决定"),
    State(CaseState.LEGAL, "待法制审核", "审查中", "info", phase="法制审核", outside_phase="审查决定"),
    State(CaseState.DISCUSSING, "待集体讨论", "审查中", "info", phase="集体讨论", outside_phase="审查决定"),
    State(CaseState.DECIDING, "待审定", "审查中", "info", phase="审定", outside_phase="审查决定"),
    State(CaseState.DECIDED, "已决定，待送达", "审查中", "warning", phase="送达", outside_phase="审查决定"),
    State(CaseState.SERVED, "已送达，待公告", "已决定", "warning", phase="公告", outside_phase="公告"),
    State(CaseState.ANNOUNCED, "已公告", "已公告", "danger", final=True),
    State(CaseState.DROPPED, "终止办理，称号不变", "终止办理", "neutral", final=True),
)

TRANSITIONS = (
    steps.to_check(("draft",), checker_asked, file_written, grounds_hold, message="转市级审核，同意后事先告知"),
    Transition("to_tell", "转事先告知", ("draft",), "telling", (OFFICER,), (checker_left_out, file_written, grounds_hold), tone="primary",
        message="参数设定不经审核环节，直接准备告知书"),
    steps.return_to_officer("draft", "退回经办补充事实和依据"),
    Transition("agree", "同意告知", ("checking",), "telling", (CHECKER,), (file_written, grounds_hold), tone="primary",
        adverse=True, message="由经办出具事先告知书"),
    Transition("tell", "登记事先告知", ("telling",), "hearing", (OFFICER,), (grounds_hold, intent_recorded), tone="primary",
        confirm=True, adverse=True, message="登记告知书文号、送达日期和扫描件，陈述申辩期限开始计算"),
    Transition("state", "提交陈述申辩", ("hearing",), "heard", (SIGNER,), (hearing_open, statement_written), tone="primary", confirm=True,
        message="写明意见和理由，可以附证据；提交后由市级复核"),
    Transition("waive", "放弃陈述申辩", ("hearing",), "heard", (SIGNER,), reason_required=True, confirm=True,
        message="写明放弃；程序继续，仍须经法制审核和集体讨论"),
    Transition("enter_statement", "代录陈述申辩", ("hearing",), "heard", (OFFICER,), (entry_whole, statement_written),
        message="书面、当面或听证的陈述申辩，登记收到日期、方式和笔录"),
    Transition("lapse", "登记逾期未陈述申辩", ("hearing",), "heard", (OFFICER,), (hearing_over,), confirm=True,
        message="期限届满没有收到陈述申辩，程序继续"),
    Transition("to_legal", "提交法制审核", ("heard",), "legal", (OFFICER,), (grounds_hold, considered_written), tone="primary",
        message="写明对陈述申辩逐条复核的意见，转法制审核"),
    steps.legal_agree("discussing", grounds_hold, to="提请集体讨论"),
    steps.legal_return("heard", "事实、证据、依据或程序"),
    Transition("discuss", "登记集体讨论", ("discussing",), "deciding", (OFFICER,), (discussion_recorded,), tone="primary",
        message="登记会议纪要的文号、日期、参加人员和结论"),
    steps.return_for_more("heard", "退回经办补充，补充后重新法制审核和集体讨论"),
    Transition("decide", "审定取消或撤销", ("deciding",), "decided", (DECIDER,), (grounds_hold, remedies_named, decision_recorded),
        tone="danger", confirm=True, adverse=True, message="登记决定日期，写明救济途径；文号可以在编定后登记，送达并公告后称号终止"),
    Transition("decide_not", "审定不予取消或撤销", ("deciding",), "dropped", (DECIDER,), (decision_recorded,),
        reason_required=True, confirm=True, message="办结，称号不变"),
    Transition("serve", "登记送达", ("decided",), "served", (OFFICER,), (decision_numbered, serving_recorded), tone="primary",
        message="登记送达日期、方式、签收人和送达回证"),
    steps.announce(("served",), "称号自公告日终止，记录保留", tone="danger"),
    Transition("drop", "终止办理", ("draft", "telling"), "dropped", (OFFICER,), reason_required=True, confirm=True,
        message="告知前发现不应取消或撤销的，写明理由终止；称号不变"),
)  # fmt: skip

LOSS = register(case_machine("loss", "取消与撤销", STATES, TRANSITIONS))
