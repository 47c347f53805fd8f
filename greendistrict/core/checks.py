"""System checks: what the machine or configuration lacks, and what to install or set.

Errors of the configuration stop a server at start-up.
"""

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register, run_checks  # noqa: A004 -- Django's own name
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from greendistrict.core import clock, encrypted, rights, schema, sealing

# WeasyPrint works without the last one, but takes 43 s instead of half a second for a page of Chinese text.
LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0")
LIBRARIES_HINT = "Debian/Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0"
FONT_HINT = "Debian/Ubuntu: apt-get install fontconfig fonts-noto-cjk; or name installed fonts in GD_REPORT_FONTS"
SAMPLE = "lang=zh-cn"
SECRET_LENGTH = 50
REASON_LENGTH = 4
# What a gateway needs besides its secret, which only the sending workers have.
GATEWAYS = {
    "SMS_URL": ("SMS_KEY_ID", "SMS_SIGN_NAME", "SMS_TEMPLATE", "SMS_NEWS_TEMPLATE"),
    "WECOM_URL": ("WECOM_CORP", "WECOM_AGENT"),
}
# Checks made when servers start and by /readyz: fast, without database.
CONFIGURATION = "configuration"
TWO_KEEPERS = frozenset({"posts", "factors", "keepers"})  # allowed values in GD_TWO_KEEPERS
PROBE = "bAaB丁乙é"  # every language-aware collation sorts these differently than by code points
PAPERS = "papers"  # additional checks of the worker, which generates the PDFs


def missing_libraries(names: Iterable[str]) -> list[str]:
    """Shared libraries needed by WeasyPrint that this machine cannot load."""
    missing = []
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    return missing


def cjk_fonts(program: str = "fc-list") -> list[str]:
    """Font families for simplified Chinese reported by fontconfig, in its order; empty without fonts or without fontconfig."""
    path = shutil.which(program)
    if path is None:
        return []
    try:
        done = subprocess.run([path, f":{SAMPLE}", "family"], capture_output=True, check=False, timeout=30)  # noqa: S603 -- fixed words
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [line for line in done.stdout.decode(errors="replace").splitlines() if line.strip()]


@register(PAPERS)
def pdf_libraries(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E001``: PDFs need Pango, and HarfBuzz's subsetter to render Chinese text in acceptable time."""
    missing = missing_libraries(LIBRARIES)
    if not missing:
        return []
    return [Error(f"生成 PDF 所需的系统库缺失：{'、'.join(missing)}", hint=LIBRARIES_HINT, id="gd.E001")]


@register()
def chinese_font(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E002``: without a Chinese font, characters of a PDF would be empty boxes."""
    if cjk_fonts():
        return []
    return [Error("没有可用的中文字体，PDF 中的汉字无法显示", hint=FONT_HINT, id="gd.E002")]


@register(Tags.security, deploy=True)
def real_clock(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E003``: a clock file changes business time and is forbidden in production."""
    if not settings.CLOCK_FILE:
        return []
    return [Error("GD_CLOCK_FILE 已设置，业务时间不是真实时间", hint="取消 GD_CLOCK_FILE", id="gd.E003")]


@register(Tags.security, deploy=True)
def production_settings(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E004``–``gd.E007``: settings allowed on a developer's machine only."""
    wrong = (
        (not settings.PRODUCTION, "gd.E004", "GD_PRODUCTION 未设置", "设置 GD_PRODUCTION=1"),
        (settings.DEBUG, "gd.E005", "GD_DEBUG 已打开", "取消 GD_DEBUG"),
        ("*" in settings.ALLOWED_HOSTS, "gd.E006", "ALLOWED_HOSTS 接受任何主机名", "写明平台的域名"),
        (weak_secret(settings.SECRET_KEY), "gd.E007", "SECRET_KEY 太短或为演示用密钥", "生成至少 50 个字符的随机密钥"),
    )
    return [Error(text, hint=hint, id=identifier) for applies, identifier, text, hint in wrong if applies]


@register(CONFIGURATION)
def clock_file(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E009``: a clock file without a valid date-time makes every page fail."""
    try:
        clock.now()
    except (OSError, ValueError) as error:
        return [Error(f"GD_CLOCK_FILE 读不出时间：{error}", hint="写入如 2026-11-20T10:00:00，或取消 GD_CLOCK_FILE", id="gd.E009")]
    return []


@register(CONFIGURATION)
def folders(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E010``: files, mails and keys are written to these folders."""
    wanted = {"GD_VAR_DIR": settings.VAR_DIR, "GD_MEDIA_DIR": settings.MEDIA_ROOT}
    found = ((name, Path(folder), unwritable(Path(folder))) for name, folder in wanted.items())
    hint = "指到服务账号可以写入的文件夹"
    return [Error(f"{name} {folder} 不能写入：{why}", hint=hint, id="gd.E010") for name, folder, why in found if why]


def unwritable(folder: Path) -> str:
    """Why a folder cannot be written to; empty if it can. Creates a missing folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".check-"):
            return ""
    except OSError as error:
        return error.strerror or str(error)


@register(CONFIGURATION)
def given_receipt_key(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E008`` in development too, for a configured but unusable key, and for former keys that cannot be read."""
    try:
        sealing.former_keys()
    except sealing.UnusableKeyError as problem:
        return [Error(f"GD_RECEIPT_FORMER_KEYS：{problem}", id="gd.E008")]
    return receipt_key() if settings.RECEIPT_KEY else []


@register(Tags.security, deploy=True)
def receipt_key(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E008``: without a usable key, submissions get no receipt."""
    try:
        sealing.read_private(settings.RECEIPT_KEY)
    except sealing.UnusableKeyError as problem:
        return [Error(f"GD_RECEIPT_KEY 不能用于签署回执：{problem}", hint="openssl rand -base64 32", id="gd.E008")]
    return []


@register(Tags.database)
def separate_owner(*, databases: Iterable[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """``gd.E020`` (``gd.W020`` outside production): the portal's role may only read and write rows. Run by ``check --database default``."""
    if not databases or settings.AS_OWNER or not rights.too_mighty():
        return []
    text = "平台所用的数据库角色是超级用户或拥有数据表，审计记录因而不受数据库保护"
    hint = "为平台另设角色（DATABASE_URL），由 GD_OWNER_DATABASE_URL 的角色执行 migrate"
    return [Error(text, hint=hint, id="gd.E020") if settings.PRODUCTION else Warning(text, hint=hint, id="gd.W020")]


@register(Tags.database)
def owner_is_no_superuser(*, databases: Iterable[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """``gd.W026``: the tables' owner is a superuser, as in clusters that the compose file made before it had two roles for that."""
    if not (databases and settings.PRODUCTION and rights.owned_by_superuser()):
        return []
    hint = "见 docs/operations.md（Two database roles）：备份后恢复到新建的数据库"
    return [Warning("数据表的所有者是数据库超级用户", hint=hint, id="gd.W026")]


@register(Tags.database)
def made_by_this_line(*, databases: Iterable[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """``gd.E021``: the database was created by migrations from before 0.1.0. ``migrate`` reports this too."""
    if settings.AS_OWNER:
        return []
    return [Error(schema.FROM_BEFORE, id="gd.E021") for alias in databases or () if schema.is_from_before(alias)]


@register(Tags.database)
def names_in_one_order(*, databases: Iterable[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """``gd.W023``: the database does not sort by code points (docs/adr/0016). Tested by a query, independent of the collation's name."""
    if not databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM unnest(%s::text[]) AS words(word) ORDER BY word", [list(PROBE)])
        found = "".join(word for (word,) in cursor.fetchall())
    return other_order(found)


def other_order(found: str) -> list[CheckMessage]:
    """The warning, if the characters of ``PROBE`` were sorted differently than by code points."""
    if found == "".join(sorted(PROBE)):
        return []
    return [Warning("数据库不按字码排列名称，列表次序会与测试不同", hint="新建数据库时用 LOCALE 'C'，见 docs/operations.md", id="gd.W023")]


def weak_secret(secret: str) -> bool:
    """Whether a signing key is short, repetitive, or the default of development."""
    return len(secret) < SECRET_LENGTH or len(set(secret)) < 5 or secret.startswith("local-development")  # noqa: PLR2004 -- few different signs


@register(Tags.security, deploy=True)
def gateways_are_encrypted(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E014``: personal phone numbers and keys are sent to the SMS and 政务微信 gateways."""
    plain = [name for name in ("SMS_URL", "WECOM_URL") if getattr(settings, name) and not getattr(settings, name).startswith("https://")]
    return [Error(f"GD_{name} 不是 https:// 地址", hint="号码和密钥须加密传送", id="gd.E014") for name in plain]


@register(Tags.security, deploy=True)
def gateways_are_complete(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E015``: a gateway without key or template fails for every message."""
    used = [needed for name, needed in GATEWAYS.items() if getattr(settings, name)]
    missing = [f"GD_{name}" for needed in used for name in needed if not getattr(settings, name)]
    return [Error(f"{'、'.join(missing)} 没有设置", hint="短信和政务微信接入后逐项填写", id="gd.E015")] if missing else []


@register(CONFIGURATION)
def single_sign_on_is_complete(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E018``: incomplete single sign-on settings fail at each sign-in, or leave it off although it was intended."""
    given = {f"GD_OIDC_{name}": getattr(settings, f"OIDC_{name}") for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")}
    missing = [name for name, value in given.items() if not value]
    told = any(given.values()) or settings.OIDC_SECOND or settings.OIDC_ACR_VALUES
    wrong = [f"{'、'.join(missing)} 没有设置"] if told and missing else []
    if told and "openid" not in settings.OIDC_SCOPE.split():
        wrong.append("GD_OIDC_SCOPE 缺少 openid")
    return [Error(text, hint="统一身份认证逐项填写，或全部留空，见 docs/sign-in.md", id="gd.E018") for text in wrong]


@register(CONFIGURATION)
def acts_of_two_keepers_are_known(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E022``: an unknown name in ``GD_TWO_KEEPERS`` would protect nothing."""
    unknown = sorted(set(settings.TWO_KEEPERS) - TWO_KEEPERS)
    hint = f"可以填写 {'、'.join(sorted(TWO_KEEPERS))}"
    return [Error(f"GD_TWO_KEEPERS 中没有 {'、'.join(unknown)} 这一项", hint=hint, id="gd.E022")] if unknown else []


@register(Tags.security, deploy=True)
def grave_acts_take_two_keepers(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.W025``: one keeper could make a director, or blind the two others, alone."""
    missing = sorted(TWO_KEEPERS - set(settings.TWO_KEEPERS))
    hint = "取消 GD_TWO_KEEPERS，即用默认的 posts,factors,keepers"
    return [Warning(f"GD_TWO_KEEPERS 缺少 {'、'.join(missing)}，一名管理员即可办理", hint=hint, id="gd.W025")] if missing else []


@register(Tags.security, deploy=True)
def single_sign_on_is_encrypted(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E019``: the client secret and identities are exchanged with the provider."""
    if not settings.OIDC_ISSUER or settings.OIDC_ISSUER.startswith("https://"):
        return []
    return [Error("GD_OIDC_ISSUER 不是 https:// 地址", hint="身份和密钥须加密传送", id="gd.E019")]


@register(CONFIGURATION)
def backup_recipient(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E016``: a backup that cannot be encrypted is not created at all."""
    if not settings.BACKUP_RECIPIENT:
        return []
    from pyrage import RecipientError, x25519  # noqa: PLC0415 -- only where it is asked for

    try:
        x25519.Recipient.from_str(settings.BACKUP_RECIPIENT)
    except RecipientError:
        return [Error("GD_BACKUP_RECIPIENT 不是 age 公钥", hint="age-keygen 生成的公钥，以 age1 开头", id="gd.E016")]
    return []


@register(Tags.security, deploy=True)
def backups_are_made_and_encrypted(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.I003``: the portal makes no nightly backup (the agency may make its own); ``gd.W004``: backups are not encrypted."""
    if not settings.BACKUP_DIR:
        return [Info("没有设置每晚备份的文件夹", hint="设置 GD_BACKUP_DIR，或另行备份并用 manage.py record_backup 登记", id="gd.I003")]
    if not settings.BACKUP_RECIPIENT:
        return [Warning("备份未加密", hint="设置 GD_BACKUP_RECIPIENT 为 age 公钥，私钥另存", id="gd.W004")]
    return []


@register(CONFIGURATION)
def field_keys(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E017``: an invalid key for encrypted fields fails only when the first value is written."""
    try:
        encrypted.keys()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint="openssl rand -base64 32", id="gd.E017")]
    return []


@register(Tags.security, deploy=True)
def field_key_is_set(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.W005``: a key derived from ``SECRET_KEY`` is lost with it, and encrypted values cannot be read any more."""
    if settings.FIELD_KEY:
        return []
    hint = "设置 GD_FIELD_KEY（openssl rand -base64 32），再运行 manage.py rotate_field_key"
    return [Warning("没有 GD_FIELD_KEY，更换 SECRET_KEY 后电话和联系方式将无法读出", hint=hint, id="gd.W005")]


@register(Tags.security, deploy=True)
def viruses_are_decided_on(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E025``: nobody decided whether uploaded files are scanned. A reason why they are not is a decision, a bare no is none."""
    reason = settings.WITHOUT_CLAMD.removeprefix("不使用").strip("：:，,。 ")
    if settings.CLAMD or len(reason) >= REASON_LENGTH:
        return []
    hint = "设置 GD_CLAMD；确实不用的，在 GD_WITHOUT_CLAMD 写明理由，如“不使用：上传文件已由网关查毒”"
    return [Error("没有决定上传的文件是否查毒", hint=hint, id="gd.E025")]


@register(CONFIGURATION)
def training_apart(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E024``: training and real work must not share an installation."""
    if not (settings.TRAINING and settings.PRODUCTION):
        return []
    return [Error("正式环境不能作培训环境", hint="培训另装一套，设 GD_TRAINING=1，不设 GD_PRODUCTION", id="gd.E024")]


@register(Tags.security, deploy=True)
def mail_goes_out(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.W001``: the default setting writes mails to a folder instead of sending them."""
    if not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return []
    return [
        Warning(
            "邮件只写入本地文件夹，不会发出",
            hint="设置 EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend 和 EMAIL_HOST",
            id="gd.W001",
        )
    ]


def misconfigured(*more: str) -> list[str]:
    """Errors of the system checks that prevent starting, with their numbers; ``more``: tags of additional checks."""
    return [f"{found.msg}（{found.id}）" for found in run_checks(tags=[CONFIGURATION, *more]) if found.is_serious()]


def refuse_misconfiguration() -> None:
    """Raise ``ImproperlyConfigured`` with all errors."""
    if found := misconfigured():
        raise ImproperlyConfigured("；".join(found))
