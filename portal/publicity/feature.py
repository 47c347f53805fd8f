"""The feature of publicity and its feeds."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.publicity import feeds, views

FEATURE = Feature(
    public={
        "verification#公示公告": (
            path("publicity/", views.publicity, name="publicity"),
            path("publicity/rss.xml", feeds.rss, name="publicity_rss"),
            path("publicity/atom.xml", feeds.atom, name="publicity_atom"),
            path("publicity/newsletter.rss.xml", feeds.newsletter_rss, name="newsletter_rss"),
            path("publicity/newsletter.atom.xml", feeds.newsletter_atom, name="newsletter_atom"),
        ),
    },
)
