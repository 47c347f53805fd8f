"""Pages whose opening is put on record, once a day for each person and page: what is confidential or about people."""

WATCHED = {
    "accounts:user_list": "账号清单",
    "accounts:link_list": "密码链接清单",
    "assessments:expert_list": "专家库",
    "assessments:expert": "专家信息",
    "assessments:review_pool": "专家抽取名单",
    "assessments:review_workspace": "专家评分",
    "assessments:review_meeting": "评审会评分",
    "assessments:score_table": "评分表",
    "approvals:objection_answer": "公示意见",
    "outreach:opinion": "公众意见",
}
