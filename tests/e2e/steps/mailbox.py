"""Mails that a portal wrote to its folder."""

import email
import email.policy
import re

SUMMARY = "每周综述"


def mails_about(portal, words):
    """(receiver, what is said) of every mail with these words in its subject or at the head of an item of its digest.

    The summary of a week tells chiefs of the same matters once more.
    """
    found = []
    for to, lines in _letters(portal):
        said = {
            hit[0]
            for line in lines
            if (hit := re.search(rf"{re.escape(words)}\S*", line)) and re.match(r"(【演示数据】|\d+\. )?演示", line)
        }
        found += [(to, one) for one in said]
    return found


def items_about(portal, words):
    """(receiver, text from these words on) of every mail about them: to the end of their item in a digest."""
    item = re.compile(rf"{re.escape(words)}.*?(?=\n\d+\. |\Z)", re.DOTALL)
    return [(to, text) for to, lines in _letters(portal) for text in item.findall("\n".join(lines))]


def _letters(portal):
    """Receiver and lines, the subject first, of every mail but summaries of a week."""
    for path in portal.mail.glob("*"):
        for part in path.read_bytes().split(b"-" * 79):
            letter = email.message_from_bytes(part.strip(), policy=email.policy.default)
            if letter["Subject"] and SUMMARY not in letter["Subject"]:
                text = letter.get_body(("plain",))
                yield letter["To"], [letter["Subject"], *(text.get_content().splitlines() if text else ())]
