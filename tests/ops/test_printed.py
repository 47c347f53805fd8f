"""What ``make printed`` says of a change: which commit it compares with, and the changed lines of each page."""

import subprocess

import pytest

from scripts import printed


def test_changed_lines_are_shown_with_the_line_before_and_after():
    before = {"lifecycle": "a\nb\nc\nd\ne\n", "registries": "", "rights": "same\n"}
    after = {"lifecycle": "a\nb\nC\nd\ne\n", "registries": "one\n", "rights": "same\n"}
    assert printed.differences(before, after) == [
        *("--- lifecycle", "+++ lifecycle", "@@ -2,3 +2,3 @@", " b", "-c", "+C", " d"),
        "registries: new",
        "rights: unchanged",
    ]


def test_a_named_commit_is_the_base_and_a_name_of_none_is_refused():
    head = printed.git("rev-parse", "HEAD").decode().strip()
    assert printed.base_of("HEAD") == head != printed.base_of("")
    with pytest.raises(subprocess.CalledProcessError):
        printed.base_of("no-such-commit")


def test_a_program_that_fails_is_told_by_its_last_words(capsys, monkeypatch):
    monkeypatch.setattr(printed, "PAGES", {"lifecycle": ("manage.py", "no_such_command")})
    assert printed.main([]) == 1
    assert "no_such_command" in capsys.readouterr().err
