"""What a person is told of a YAML file that cannot be read; the parser's own words are English."""

MALFORMED_YAML = "YAML 写法有误，请核对这一行和上一行的缩进、冒号、引号和括号"
UNPRINTABLE = "有不能出现在文本里的字符"
