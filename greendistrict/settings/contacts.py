"""Contacts shown on the pages: footer of a government site, responsible office, support."""

from greendistrict import env

# Footer of a government site, filled in by the operator; empty values are not shown.
SITE_FOOTER = {
    "主办单位": env.text("GD_FOOTER_OWNER", ""),
    "技术支持": env.text("GD_FOOTER_SUPPORT", ""),
    "联系电话": env.text("GD_FOOTER_PHONE", ""),
    "政府网站标识码": env.text("GD_FOOTER_SITE_CODE", ""),
    "ICP备案": env.text("GD_FOOTER_ICP", ""),
    "公安备案": env.text("GD_FOOTER_POLICE", ""),
}
# Contacts for questions in the guide: responsible office and technical support; empty lines are not shown.
CONTACT_OFFICE = {
    "处室": env.text("GD_CONTACT_OFFICE", ""),
    "电话": env.text("GD_CONTACT_PHONE", ""),
    "邮箱": env.text("GD_CONTACT_MAIL", ""),
    "地址": env.text("GD_CONTACT_ADDRESS", ""),
    "工作时间": env.text("GD_CONTACT_HOURS", ""),
}
# Terms of use of the open data, in the owner's words.
OPEN_DATA_LICENCE = env.text("GD_OPEN_DATA_LICENCE", "")
CONTACT_SUPPORT = {
    "单位": SITE_FOOTER["技术支持"],
    "电话": env.text("GD_SUPPORT_PHONE", ""),
    "邮箱": env.text("GD_SUPPORT_MAIL", ""),
    "服务时间": env.text("GD_SUPPORT_HOURS", ""),
}
