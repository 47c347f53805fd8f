"""系统对接: where each adapter exchanges, and the limits of an exchange. An adapter without a place is off; tests set their own."""

from greendistrict import env
from greendistrict.settings.base import TESTING

_PLACES = {
    "oa": env.exchange_place("GD_ADAPTER_OA", by_hand=False),
    "cases": env.exchange_place("GD_ADAPTER_CASES"),
    "plots": env.exchange_place("GD_ADAPTER_PLOTS"),
    "readings": env.exchange_place("GD_ADAPTER_READINGS", by_hand=False),
    "figures": env.exchange_place("GD_ADAPTER_FIGURES"),
    "credit": env.exchange_place("GD_ADAPTER_CREDIT"),
}
ADAPTER_TOKENS = env.pairs("GD_ADAPTER_TOKENS", _PLACES)  # by which the addresses know the portal: a line "oa=…" for each
env.all_different(_PLACES, but="hand")
ADAPTERS = {} if TESTING else {key: place for key, place in _PLACES.items() if place}
ADAPTER_CA = env.text("GD_ADAPTER_CA", "")  # certificate authorities used instead of the system's
ADAPTER_SECONDS = env.integer("GD_ADAPTER_SECONDS", 20, minimum=1)  # of one request
ADAPTER_MAX_BYTES = env.integer("GD_ADAPTER_MAX_MB", 10, minimum=1) * 1024 * 1024  # of one file or answer
