"""Reader of the guide: which pages of portal and guide they may open, and current settings."""

import datetime as dt
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.safestring import SafeString

from greendistrict.core.fragments import written
from greendistrict.policy.parameters import Parameters
from greendistrict.policy.selectors import setting_value
from portal.frame.menu import menu_sections
from portal.guide.library import GuidePage, guide_pages
from portal.guide.markdown import GUIDE, PAGE

# Pages of the portal open to everybody, with and without an account.
OPEN = frozenset(
    {
        *("portal:home", "portal:register", "portal:verify", "portal:public_samples", "portal:public_outages", "portal:guide"),
        *("portal:publicity", "portal:open_data", "portal:published_counts", "accounts:login", "accounts:forgotten"),
        *("portal:public_policy", "portal:public_standards", "api:docs"),
        "beautiful:public_programme",
        "beautiful:public_progress",
        *("outreach:opinions", "outreach:opinion_receipt", "outreach:stories", "outreach:events", "outreach:sign_up_receipt"),
        *("outreach:disclosures", "outreach:disclosure_new", "outreach:disclosure_receipt"),
    }
)


@dataclass(frozen=True)
class GuideReader:
    """A reader: the roles held today (none for a visitor), and whether they are signed in."""

    roles: frozenset[str]
    is_person: bool
    today: dt.date
    settings: Parameters = field(default_factory=Parameters)

    def reads(self, page: GuidePage) -> bool:
        """Whether the reader may read the page; visitors read the public part."""
        return self.is_person or page.public

    def opens(self, view: str) -> bool:
        """Whether a page of the portal is in this reader's menu or open to everybody."""
        return view in OPEN or any(
            entry.roles & self.roles for section in menu_sections() for entry in section.entries if entry.url_name == view
        )

    def address(self, href: str) -> str:
        """URL of a link of the guide; empty if this reader cannot open it."""
        if href.startswith(PAGE):
            view = href.removeprefix(PAGE)
            return reverse(view) if self.opens(view) else ""
        name, _, anchor = href.partition("#")
        if not name:
            return href
        page = next(one for one in guide_pages() if f"{one.slug}{GUIDE}" == name)
        address = reverse("portal:guide_page", args=[page.slug])
        return (f"{address}#{anchor}" if anchor else address) if self.reads(page) else ""

    def setting(self, key: str) -> SafeString:
        """Current value of a setting in words; marked if it is the default."""
        held = self.settings[key]
        return written("portal/guide/blocks/setting.html", value=setting_value(key, held.value), is_default=held.is_default)
