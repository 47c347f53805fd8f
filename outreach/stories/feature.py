"""The feature of stories."""

from django.urls import path

from greendistrict.accounts.menu_roles import BUSINESS
from greendistrict.core.features import Feature, MenuEntry, RecordedAct
from outreach.stories import views as inner
from outreach.stories import views as public
from outreach.stories.models import WRITERS

FEATURE = Feature(
    pages={
        "stories#公开的案例": (
            path("stories/", public.stories, name="stories"),
            path("stories/rss.xml", public.rss, name="story_rss"),
            path("stories/atom.xml", public.atom, name="story_atom"),
            path("stories/<int:pk>/", public.story_public, name="story_public"),
            path("stories/<int:pk>/photos/<int:photo>/", public.story_photo, name="story_photo"),
        ),
        "stories#怎样编写": (
            path("stories/all/", inner.story_list, name="story_list"),
            path("stories/new/", inner.story_open, name="story_open"),
            path("stories/all/<int:pk>/", inner.story, name="story"),
            path("stories/all/<int:pk>/save/", inner.story_save, name="story_save"),
            path("stories/all/<int:pk>/photos/", inner.story_photo_add, name="story_photo_add"),
            path("stories/all/<int:pk>/photos/<int:photo>/drop/", inner.story_photo_drop, name="story_photo_drop"),
            path("stories/all/<int:pk>/drop/", inner.story_drop, name="story_drop"),
        ),
        "stories#怎样发布": (path("stories/all/<int:pk>/action/", inner.story_action, name="story_action"),),
    },
    acts={
        "story.drop": RecordedAct("删除案例", WRITERS),
        "story.drop_photo": RecordedAct("删除案例照片", WRITERS),
        "story.open": RecordedAct("建立案例", WRITERS),
    },
    decisive=("story.release",),
    menu=(MenuEntry("公众与交流", 40, "案例", "outreach:story_list", BUSINESS),),
)
