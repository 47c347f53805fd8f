"""Explains in Chinese why a YAML file cannot be read; the parser's own messages are English."""

import yaml

MALFORMED_YAML = "YAML 写法有误，请核对这一行和上一行的缩进、冒号、引号和括号"
UNPRINTABLE = "有不能出现在文本里的字符"


def parser_fault(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """Line (counted from 1) and reason why the parser refused ``text``; the first line if it names none."""
    if isinstance(error, yaml.reader.ReaderError):
        return text.count("\n", 0, error.position) + 1, UNPRINTABLE
    mark = (error.problem_mark or error.context_mark) if isinstance(error, yaml.MarkedYAMLError) else None
    return mark.line + 1 if mark else 1, MALFORMED_YAML
