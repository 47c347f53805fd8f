"""Places of exchange: a folder, an https address, or a file in a keeper's hand. All carry the same JSON.

What goes out is one document an item; what comes in is a document with a list of items. Nobody is trusted: time and size are limited,
links are not followed, neither in a folder nor by HTTP.
"""

import base64
import contextlib
import errno
import hashlib
import http.client
import json
import os
import socket
import ssl
import stat
import threading
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from portal.adapters.declaration import OutItem, json_bytes

HAND = "hand"
PIECE = 64 * 1024
MOST_SAID = 200
LONGEST_NAME = 200  # bytes; another one gets a short name, for its reason needs room beside it
MEGA = 1024 * 1024
OF_THE_PLACE = frozenset({401, 403, 404, 408, 425, 429})  # refusals that concern the place, not this item


class NotReached(Exception):  # noqa: N818 -- an outcome
    """The other side cannot be exchanged with now; the message says why. What waits is tried again."""


class NotAccepted(Exception):  # noqa: N818 -- an outcome
    """The other side does not take this item; the message says why. It is tried again, and holds nobody up."""


REASONS = {
    errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.ENOENT: "不存在", errno.ELOOP: "是链接", errno.ENOSPC: "磁盘已满",
    errno.EROFS: "只能读", errno.ENAMETOOLONG: "名称太长",
}  # fmt: skip


def _why(error: OSError) -> str:
    return REASONS.get(error.errno or 0, f"系统错误{error.errno}")


def _unreached(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "找不到这台主机"
    if isinstance(error, ConnectionRefusedError):
        return "连接被拒绝"
    return "连接中断" if isinstance(error, ConnectionError) else "应答不是HTTPS"


class Parcel(NamedTuple):
    """A document that came in; ``fault`` says why it cannot be read at all."""

    name: str
    content: bytes
    fault: str = ""

    @property
    def shown(self) -> str:
        """Its name for words: what is not UTF-8 in it is replaced."""
        return self.name.encode(errors="replace").decode()


class ExchangePlace(Protocol):
    """A place of exchange."""

    def send(self, adapter: str, item: OutItem) -> None:
        """Hand one item over; the same once more changes nothing. Raises ``NotReached``, ``NotAccepted``."""

    def parcels(self) -> Iterator[Parcel]:
        """Documents that wait. Raises ``NotReached``."""

    def settle(self, parcel: Parcel, reasons: Sequence[str]) -> None:
        """Put a document that was read aside: done, or refused with the reasons. Raises ``NotReached``."""


def too_large() -> str:
    """Words of a refusal for size."""
    return f"超过{settings.ADAPTER_MAX_BYTES // MEGA}MB的上限"


def document(adapter: str, item: OutItem, *, with_file: bool) -> dict[str, Any]:
    """An item as it is sent; its file inside, or named because it lies beside."""
    told: dict[str, Any] = {"form": f"greendistrict/{adapter}/1", "key": item.key, "is_demo": item.is_demo, **item.content}
    if item.file:
        told["file"] = {
            "name": item.file.name,
            "media_type": item.file.media_type,
            "sha256": hashlib.sha256(item.file.content).hexdigest(),
            **({"base64": base64.b64encode(item.file.content).decode()} if with_file else {}),
        }
    return told


def _keep_names(folder: Path) -> None:
    """Have the names of a folder written too, so that a file that was handed over outlasts a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Folder:
    """A folder with ``out`` and ``in``; what was read is moved to ``done`` or ``refused``, with the reason beside it."""

    def __init__(self, path: str) -> None:
        self._root = Path(path)

    def _sub(self, name: str) -> Path:
        folder = self._root / name
        try:
            if not self._root.is_dir():
                msg = "没有这个文件夹，或者读不到"
                raise NotReached(msg)
            folder.mkdir(exist_ok=True)
            is_link = folder.is_symlink()
        except OSError as error:
            msg = f"文件夹{name}不能用（{_why(error)}）"
            raise NotReached(msg) from error
        if is_link:
            msg = f"文件夹{name}是链接，平台不跟随"
            raise NotReached(msg)
        return folder

    def _write(self, target: Path, content: bytes) -> None:
        """The whole file or none: written beside and renamed."""
        beside = target.with_name(f".{uuid.uuid4().hex}.part")
        try:
            with beside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
            _keep_names(target.parent)
        except OSError as error:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            msg = f"文件写不进文件夹（{_why(error)}）"
            raise NotReached(msg) from error

    def send(self, adapter: str, item: OutItem) -> None:
        """Write the file, then the document that names it."""
        folder = self._sub("out")
        if item.file:
            self._write(folder / item.file.name, item.file.content)
        self._write(folder / f"{item.key}.json", json_bytes(document(adapter, item, with_file=False)))

    def parcels(self) -> Iterator[Parcel]:
        """Files ``*.json`` by name; hidden ones are still being written."""
        folder = self._sub("in")
        try:
            names = sorted(name for name in (path.name for path in folder.iterdir()) if name.endswith(".json") and not name.startswith("."))
        except OSError as error:
            msg = f"文件夹in读不到（{_why(error)}）"
            raise NotReached(msg) from error
        for name in names:
            yield self._read(folder, name)

    def _read(self, folder: Path, name: str) -> Parcel:
        try:
            handle = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    return Parcel(name, b"", "不是普通文件")
                with os.fdopen(handle, "rb", closefd=False) as file:
                    content = file.read(settings.ADAPTER_MAX_BYTES + 1)
            finally:
                os.close(handle)
        except OSError as error:
            return Parcel(name, b"", f"读不到（{_why(error)}）")
        return Parcel(name, b"", too_large()) if len(content) > settings.ADAPTER_MAX_BYTES else Parcel(name, content)

    def settle(self, parcel: Parcel, reasons: Sequence[str]) -> None:
        """Move it, under another name if there is one of its name already."""
        aside = self._sub("refused" if reasons else "done")
        target = aside / parcel.name
        if len(os.fsencode(parcel.name)) > LONGEST_NAME:
            target = aside / f"{uuid.uuid4().hex}.json"
        elif target.exists() or target.is_symlink():
            target = aside / f"{target.stem}-{uuid.uuid4().hex[:8]}.json"
        try:
            (self._root / "in" / parcel.name).rename(target)
        except OSError as error:
            msg = f"读过的文件移不走（{_why(error)}）"
            raise NotReached(msg) from error
        if reasons:
            self._write(target.with_name(f"{target.name}.reason.txt"), "".join(f"{reason}\n" for reason in reasons).encode())


class Address:
    """An https address that takes items by POST and answers GET with a list; it knows us by a bearer token."""

    def __init__(self, url: str, token: str) -> None:
        self._parts, self._token = urlsplit(url), token

    def send(self, adapter: str, item: OutItem) -> None:
        """POST one item; its key is the idempotency key."""
        body = json_bytes(document(adapter, item, with_file=True))
        self._asked("POST", body, {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": item.key})

    def parcels(self) -> Iterator[Parcel]:
        """The answer to GET; 204 says that there is nothing."""
        if content := self._asked("GET", None, {"Accept": "application/json"}):
            yield Parcel("应答", content)

    def settle(self, parcel: Parcel, reasons: Sequence[str]) -> None:
        """Nothing: the other side may show the same items again."""

    def _asked(self, method: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        seconds, over = settings.ADAPTER_SECONDS, threading.Event()
        link = self._link(seconds)

        def end() -> None:
            over.set()
            if link.sock is not None:
                with contextlib.suppress(OSError):
                    link.sock.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            status, content = self._answer(link, over, (method, body, headers))
        except ssl.SSLCertVerificationError as error:
            msg = "对方的证书不可信"
            raise NotReached(msg) from error
        except (OSError, http.client.HTTPException) as error:
            late = over.is_set() or isinstance(error, TimeoutError)
            msg = f"对方{seconds}秒内没有答完" if late else f"对方没有应答（{_unreached(error)}）"
            raise NotReached(msg) from error
        finally:
            timer.cancel()
            link.close()
        if over.is_set():
            msg = f"对方{seconds}秒内没有答完"
            raise NotReached(msg)
        return _judged(status, content, self._token)

    def _link(self, seconds: int) -> http.client.HTTPSConnection:
        try:
            context = ssl.create_default_context(cafile=settings.ADAPTER_CA or None)
        except OSError as error:
            msg = f"GD_ADAPTER_CA的证书文件读不到或者不对（{_why(error)}）"
            raise NotReached(msg) from error
        try:
            return http.client.HTTPSConnection(self._parts.netloc, timeout=seconds, context=context)
        except (ValueError, http.client.HTTPException) as error:
            msg = "设置的网址不对"
            raise NotReached(msg) from error

    def _answer(
        self, link: http.client.HTTPSConnection, over: threading.Event, asked: tuple[str, bytes | None, dict[str, str]]
    ) -> tuple[int, bytes]:
        """Status and content; ends with the time also where the timer found no connection to shut."""
        method, body, headers = asked
        sent = {**headers, "User-Agent": "GreenDistrict-Adapter/1"}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        path, query = self._parts.path or "/", self._parts.query
        link.connect()
        if over.is_set():
            raise TimeoutError
        link.request(method, f"{path}?{query}" if query else path, body=body, headers=sent)
        answer, content = link.getresponse(), b""
        while not over.is_set() and len(content) <= settings.ADAPTER_MAX_BYTES and (piece := answer.read1(PIECE)):
            content += piece
        if not over.is_set() and len(content) <= settings.ADAPTER_MAX_BYTES and answer.length:
            raise http.client.IncompleteRead(content, answer.length)
        return answer.status, content


def _judged(status: int, content: bytes, token: str) -> bytes:
    """The content of a success. Raises ``NotReached``, ``NotAccepted`` with what was answered, without our token where it repeats it."""
    if len(content) > settings.ADAPTER_MAX_BYTES:
        msg = f"对方的应答{too_large()}"
        raise NotReached(msg)
    if 200 <= status < 300:  # noqa: PLR2004 -- successes of HTTP
        return content
    answered = content.decode(errors="replace")
    words = " ".join((answered.replace(token, "…") if token else answered).split())[:MOST_SAID].replace("\x00", "").rstrip("。")
    told = f"HTTP {status}{f'：{words}' if words else ''}"
    if status == http.client.UNAUTHORIZED:
        msg = f"对方不认这个令牌（{told}）"
        raise NotReached(msg)
    if 300 <= status < 400:  # noqa: PLR2004 -- redirects
        msg = f"对方要求转到别处，平台不跟随（HTTP {status}）"
        raise NotReached(msg)
    if 400 <= status < 500 and status not in OF_THE_PLACE:  # noqa: PLR2004 -- refusals of HTTP
        msg = f"对方不收（{told}）"
        raise NotAccepted(msg)
    msg = f"对方没有办成（{told}）"
    raise NotReached(msg)


class Hand:
    """A file that a keeper brings; items go out as a download."""

    def __init__(self, content: bytes = b"") -> None:
        self._content = content

    def send(self, adapter: str, item: OutItem) -> None:
        """Nothing is done: the document is in the file that the keeper takes."""

    def parcels(self) -> Iterator[Parcel]:
        """The file, if one was brought."""
        if self._content:
            yield Parcel("上传的文件", self._content)

    def settle(self, parcel: Parcel, reasons: Sequence[str]) -> None:
        """Nothing: the keeper reads the reasons on the page."""


def transport_of(key: str) -> ExchangePlace | None:
    """The place of an adapter by the settings; None if it is off, or exchanges by hand."""
    place = settings.ADAPTERS.get(key, "")
    if not place or place == HAND:
        return None
    return Folder(place) if place.startswith("/") else Address(place, settings.ADAPTER_TOKENS.get(key, ""))


def _no_number(word: str) -> None:
    """NaN and Infinity are no JSON."""
    raise ValueError(word)


def items_in(content: bytes) -> list[Any]:
    """The list of a document that came in. Raises ``ValueError`` with the fault in Chinese."""
    try:
        told = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
        is_kept = rb"\u0000" not in json_bytes({"": told})  # half a character is none; a NUL is nothing that the database keeps
    except (ValueError, RecursionError):
        msg = "不是UTF-8的JSON"
        raise ValueError(msg) from None
    if not is_kept:
        msg = "有不能保存的字符（NUL）"
        raise ValueError(msg)
    found = told.get("items") if isinstance(told, dict) else None
    if not isinstance(found, list):
        msg = "没有“items”列表"
        raise ValueError(msg)  # noqa: TRY004 -- an answer to what was sent
    if len(found) > MOST_ITEMS:
        msg = f"多于{MOST_ITEMS}条，请分成几份"
        raise ValueError(msg)
    return found


MOST_ITEMS = 5000
