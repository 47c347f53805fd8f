"""Pages whose opening is put on record, once a day for each person and page: what is confidential or about people; and lists of the API.

Reading the API with a token is recorded where the token is looked at (``portal/api/auth.py``), not here.
"""

WATCHED = {
    "accounts:user_list": "账号清单",
    "accounts:link_list": "密码链接清单",
    "assessments:expert_list": "专家库",
    "assessments:expert": "专家信息",
    "assessments:review_pool": "专家抽取名单",
    "assessments:review_workspace": "专家评分",
    "assessments:review_meeting": "评审会评分",
    "assessments:score_table": "评分表",
    "api:announcements": "接口",
    "api:assessments": "接口",
    "api:districts": "接口",
    "api:editions": "接口",
    "api:obligations": "接口",
    "api:plot": "接口",
    "api:plots": "接口",
    "api:plot_check": "接口",
    "api:plot_checks": "接口",
    "api:plot_opinion": "接口",
    "api:plot_opinions": "接口",
    "api:project": "接口",
    "api:projects": "接口",
    "api:work": "接口",
    "api:work_checks": "接口",
    "api:works": "接口",
    "api:score_row": "接口",
    "api:score_rows": "接口",
    "api:titles": "接口",
    "api:volumes": "接口",
    "approvals:objection_answer": "公示意见",
    "outreach:opinion": "公众意见",
    "outreach:disclosure": "政府信息公开申请",
}
