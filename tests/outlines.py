"""Sends files with outlines as a browser does: what the preview asks is answered, and the form sent again with the kept file."""

import html
import re

MARK = re.compile(r'name="check-mark" value="([^"]+)"')
TICK = re.compile(r'name="check"\s+value="([^"]+)"')
READING = re.compile(r'name="check-reading"\s+value="([^"]+)"')
KEPT = re.compile(r'name="file-kept" value="([^"]+)"')


def asked(answer) -> list[str]:
    """Sentences of a preview that are to be confirmed."""
    return [html.unescape(words) for words in TICK.findall(answer.content.decode())]


def readings(answer) -> list[str]:
    """Ways in which the coordinates can be meant that a preview offers."""
    return READING.findall(answer.content.decode())


def answering(answer, data, **more) -> dict:
    """What a browser sends for a page with a preview where everything is ticked: fields as typed, the kept file, the mark."""
    text = answer.content.decode()
    kept = KEPT.search(text)
    given = {name: value for name, value in data.items() if name not in {"file", "file-kept"}}
    return {**given, "file-kept": kept[1] if kept else "", "check-mark": MARK.search(text)[1], "check": asked(answer), **more}


def sent(client, address, data, *, reading="as_is"):
    """The last answer to a form whose file is confirmed whatever is asked, read as it stands unless another ``reading`` is named."""
    answer = client.post(address, data)
    for _ in range(3):
        if not MARK.search(answer.content.decode()):
            break
        more = {"check-reading": reading} if readings(answer) else {}
        answer = client.post(address, answering(answer, data, **more))
    return answer
