"""The single sign-on provider (OpenID Connect), if configured: authorization code flow with PKCE, state and nonce, implemented by Authlib.

This module only establishes the identity; ``entering.enter`` alone signs in. Authlib is imported on first use, because loading it takes
a tenth of a second, and most processes never use it.
"""

import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from greendistrict.core.number_parsing import is_finite
from greendistrict.signin import stamps

logger = logging.getLogger(__name__)
ENTER, LINK, PROVE = "enter", "link", "prove"
PURPOSES = (ENTER, LINK, PROVE)
# Tokens must be signed with a key pair of the provider, not with the shared secret or not at all.
SIGNATURES = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"})
LONGEST = 255  # characters of an identifier (OpenID Connect Core 1.0, 2)
LEEWAY = 60  # permitted difference of clocks in seconds
UNREACHABLE = "连接不上，请用账号和密码登录，或稍后再试"
STALE = "登录请求已过期，或者不是从本平台发起的，请重新登录"
CANCELLED = "没有通过，或者已取消"
INVALID = "返回的凭证没有通过核验"


class ProviderError(Exception):
    """The provider refused, did not answer, or gave an invalid answer; the message is for the person."""

    def __init__(self, words: str, *, is_ours: bool = True) -> None:
        super().__init__(words)
        self.is_ours = is_ours  # whether the answer belonged to a request of this browser


@dataclass(frozen=True)
class ProviderAnswer:
    """Identity confirmed by the provider, and what this browser had requested."""

    subject: str
    name: str
    counts_as_second: bool
    id_token: str
    purpose: str
    target: str
    is_fresh: bool  # the person authenticated at the provider for this very request


def is_on() -> bool:
    """Whether single sign-on is available; False while its settings are incomplete."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID and settings.OIDC_CLIENT_SECRET)


@lru_cache(maxsize=4)
def _client_of(issuer: str, client_id: str, client_secret: str, scope: str) -> Any:
    """The client; it caches the provider's metadata until the process ends, and fetches keys again when it meets an unknown one."""
    from authlib.integrations.django_client import DjangoIntegration, DjangoOAuth2App  # noqa: PLC0415 -- see above

    return DjangoOAuth2App(
        DjangoIntegration("oidc"),
        name="oidc",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": scope, "code_challenge_method": "S256", "default_timeout": settings.OIDC_SECONDS},
        user_agent="greendistrict",
    )


def _about() -> tuple[Any, dict[str, Any]]:
    """The client and the provider's metadata. Raises ``ProviderError``."""
    from requests.exceptions import RequestException  # noqa: PLC0415 -- see above

    client = _client_of(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET, settings.OIDC_SCOPE)
    try:
        said: dict[str, Any] = client.load_server_metadata()
    except (RequestException, ValueError) as error:
        logger.warning("the provider of single sign-on cannot be read: %s", error)
        raise ProviderError(UNREACHABLE) from error
    if str(said.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
        logger.error("the provider of single sign-on calls itself %s, GD_OIDC_ISSUER says otherwise", said.get("issuer"))
        raise ProviderError(INVALID)
    offered = said.get("id_token_signing_alg_values_supported") or ["RS256"]
    said["id_token_signing_alg_values_supported"] = [name for name in offered if name in SIGNATURES]
    return client, said


def reach() -> None:
    """Read the provider's metadata anew, to try whether it can be reached. Raises ``ProviderError``."""
    _client_of.cache_clear()
    _about()


def way_there(request: HttpRequest, *, purpose: str, target: str) -> str:
    """URL at the provider to which the browser is sent; the session recognises the response. Raises ``ProviderError``."""
    from requests.exceptions import RequestException  # noqa: PLC0415 -- see above

    client, _said = _about()
    asked: dict[str, str] = {"acr_values": settings.OIDC_ACR_VALUES} if settings.OIDC_ACR_VALUES else {}
    if purpose == PROVE:
        asked |= {"prompt": "login", "max_age": "0"}
    address = f"{settings.SITE_URL}{reverse('signin:sso_back')}"
    try:
        made = client.create_authorization_url(address, **asked)
    except (RequestException, RuntimeError, ValueError) as error:
        raise ProviderError(UNREACHABLE) from error
    client.save_authorize_data(request, redirect_uri=address, purpose=purpose, target=target, begun=stamps.now(), **made)
    return str(made["url"])


def answer_of(request: HttpRequest) -> ProviderAnswer:
    """The provider's response after checking state, PKCE, signature, issuer, audience, time and nonce. Raises ``ProviderError``."""
    from authlib.integrations.base_client import OAuthError  # noqa: PLC0415 -- see above
    from joserfc.errors import JoseError  # noqa: PLC0415 -- see above
    from requests.exceptions import RequestException  # noqa: PLC0415 -- see above

    client, said = _about()
    kept = client.framework.get_state_data(request.session, request.GET.get("state", ""))
    if not kept:
        raise ProviderError(STALE, is_ours=False)
    if request.GET.get("iss", said["issuer"]) != said["issuer"]:
        raise ProviderError(INVALID)
    options = {
        "iss": {"essential": True, "value": said["issuer"]},
        "aud": {"essential": True, "value": settings.OIDC_CLIENT_ID},
        "nonce": {"essential": True, "value": kept["nonce"]},
    }
    try:
        token = client.authorize_access_token(request, claims_options=options, leeway=LEEWAY)
    except OAuthError as error:
        raise ProviderError(CANCELLED if request.GET.get("error") else INVALID) from error
    except RequestException as error:
        raise ProviderError(UNREACHABLE) from error
    except (JoseError, ValueError, RuntimeError) as error:
        logger.warning("what the provider of single sign-on said is not to be believed: %s", error)
        raise ProviderError(INVALID) from error
    claims = token.get("userinfo") or {}
    subject = str(claims.get("sub") or "")
    if not subject or not is_plain(subject):
        raise ProviderError(INVALID)
    name = " ".join(str(claims.get("name") or claims.get("preferred_username") or "").split())
    amr = claims.get("amr")
    said_of_factors = {str(claims.get("acr", "")), *(map(str, amr) if isinstance(amr, list) else ())}
    return ProviderAnswer(
        subject=subject,
        name=name[:120] if is_plain(name) else "",
        counts_as_second=bool(said_of_factors & set(settings.OIDC_SECOND)),
        id_token=str(token["id_token"]),
        purpose=str(kept["purpose"]),
        target=str(kept["target"]),
        is_fresh=_number(claims.get("auth_time")) >= int(kept["begun"]) - LEEWAY,
    )


def is_plain(text: str) -> bool:
    """Whether an identifier or name can be stored and compared: no control characters, no halves of characters, not too long."""
    return len(text) <= LONGEST and text.isprintable()


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) and is_finite(value) else 0


def way_out(id_token: str) -> str:
    """URL at which the provider ends its own session and redirects back; empty if it has none or does not answer."""
    if not is_on():
        return ""
    from authlib.common.urls import add_params_to_uri  # noqa: PLC0415 -- see above

    try:
        said = _about()[1]
    except ProviderError:
        return ""
    ends = said.get("end_session_endpoint")
    back = [("id_token_hint", id_token), ("client_id", settings.OIDC_CLIENT_ID), ("post_logout_redirect_uri", f"{settings.SITE_URL}/")]
    return str(add_params_to_uri(ends, back)) if ends else ""
