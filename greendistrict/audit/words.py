"""Recorded actions in words, for those who read the record."""

from collections.abc import Mapping

WORDS = {
    "accounts.add_organisation": "登记单位",
    "accounts.appoint": "任命岗位",
    "accounts.change_password": "修改密码",
    "accounts.create_user": "建立账号",
    "accounts.locked_out": "账号锁定",
    "accounts.login": "登录",
    "accounts.login_failed": "登录失败",
    "accounts.logout": "退出",
    "accounts.end_post": "终止岗位",
    "accounts.reset_password": "重置密码",
    "accounts.set_active": "启用或停用账号",
    "announcement.approve": "审定公告批次",
    "announcement.create": "建立公告批次",
    "announcement.publish": "发布公告",
    "application.answer_questions": "答复预评审问题",
    "application.ask_questions": "提出预评审问题",
    "application.endorsement": "登记批复和报送函",
    "application.open_wider": "放开补正范围",
    "application.remove_document": "移除办件材料",
    "application.replace_document": "更新办件材料",
    "application.start": "建立申报",
    "approvals.export": "导出办件列表",
    "districts.add_check": "登记部门审查",
    "change.apply": "变更生效",
    "change.start": "提出变更",
    "decision.freeze": "存档决定依据",
    "districts.add_indicator": "增加指标",
    "districts.answer_opinion": "答复地块征询",
    "districts.approve_plan": "登记专业规划批准",
    "districts.ask_opinions": "征询部门意见",
    "districts.authorise_consultant": "授权咨询单位",
    "districts.change_baseline": "变更基线",
    "districts.delete_indicator": "删除指标",
    "districts.drop_indicator_change": "作废指标体系变更草案",
    "districts.end_mandate": "终止咨询授权",
    "districts.export": "导出城区列表",
    "districts.export_indicators": "导出指标体系",
    "districts.export_plots": "导出地块",
    "districts.freeze_baseline": "冻结基线",
    "districts.import_plots": "导入地块",
    "districts.keyproject_delete": "删除重点项目",
    "districts.keyproject_save": "保存重点项目",
    "districts.keep_boundary": "登记范围",
    "districts.key_project_links": "保存重点项目的地块和条文",
    "districts.key_project_plan": "登记重点项目实施计划",
    "districts.move_edition": "改用另一版标准",
    "districts.open_control": "启动地块管控",
    "districts.plot_delete": "删除地块",
    "districts.plot_save": "保存地块",
    "districts.plot_values": "填写地块绿色生态指标",
    "districts.register": "登记城区",
    "districts.save_implementation_plan": "保存年度实施计划",
    "districts.save_indicator": "保存指标",
    "districts.save_indicator_years": "保存指标年度目标",
    "districts.save_key_area": "登记重点区域范围",
    "districts.save_plan": "保存专业规划",
    "districts.save_profile": "保存城区资料",
    "districts.set_map_number": "登记审图号",
    "districts.start_indicator_system": "建立指标体系",
    "districts.start_plan_version": "建立专业规划新版",
    "districts.undo_import": "撤销地块导入",
    "districts.work_delete": "删除市政设施",
    "districts.work_save": "保存市政设施",
    "documents.download": "下载文件",
    "documents.store": "上传文件",
    "edition.import": "导入评价标准",
    "notice.answer_objection": "答复公示意见",
    "obligations.decide": "免报或延期",
    "policy.set_setting": "修改参数",
    "portal.make_token": "建立接口令牌",
    "portal.revoke_token": "撤销接口令牌",
    "reports.request": "申请报告",
    "score_table.answer": "说明合理性检查提示",
    "review.agree": "登记商定分",
    "review.call_meeting": "发出评审会通知",
    "review.chair": "指定组长",
    "review.commit_draw": "登记抽取承诺",
    "review.confirm_rest": "确认其余条文一致",
    "review.draw": "抽取专家",
    "review.open": "建立评审",
    "review.opinion": "保存评审意见",
    "review.sign": "确认评审意见",
    "review.submit_scores": "提交评分",
    "review.vote": "登记表决",
    "row_evidence.add": "挂接佐证",
    "row_evidence.remove": "取下佐证",
    "title.end": "终止称号",
    "title.grant": "授予称号",
    "title.record": "补录称号",
    "titles.export": "导出称号",
}
_taught: dict[str, str] = {}


def teach(words: Mapping[str, str]) -> None:
    """Take in the words of actions that are described elsewhere, such as the steps of a workflow."""
    _taught.update(words)


def label_of(action: str) -> str:
    """Words of a recorded action; the action itself where none are known."""
    return WORDS.get(action) or _taught.get(action, action)


def actions_like(text: str) -> list[str]:
    """Recorded actions whose words contain ``text``."""
    return [action for action, words in {**_taught, **WORDS}.items() if text in words]
