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
    for path in portal.mail.glob("*"):
        for part in path.read_bytes().split(b"-" * 79):
            letter = email.message_from_bytes(part.strip(), policy=email.policy.default)
            if not letter["Subject"] or SUMMARY in letter["Subject"]:
                continue
            text = letter.get_body(("plain",))
            lines = [letter["Subject"], *(text.get_content().splitlines() if text else ())]
            said = {
                hit[0]
                for line in lines
                if (hit := re.search(rf"{re.escape(words)}\S*", line)) and re.match(r"(【演示数据】|\d+\. )?演示", line)
            }
            found += [(letter["To"], one) for one in said]
    return found
