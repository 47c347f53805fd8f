"""The feature of stories."""

from django.urls import path

from greendistrict.accounts.menu_roles import BUSINESS
from greendistrict.core.features import Feature, MenuEntry, RecordedAct
from outreach.stories import views
from outreach.stories.models import WRITERS
from outreach.stories.selectors import tasks_for

FEATURE = Feature(
    pages={
        "stories#怎样编写": (
            path("stories/all/", views.story_list, name="story_list"),
            path("stories/new/", views.story_open, name="story_open"),
            path("stories/all/<int:pk>/", views.story, name="story"),
            path("stories/all/<int:pk>/save/", views.story_save, name="story_save"),
            path("stories/all/<int:pk>/photos/", views.story_photo_add, name="story_photo_add"),
            path("stories/all/<int:pk>/photos/<int:photo>/drop/", views.story_photo_drop, name="story_photo_drop"),
            path("stories/all/<int:pk>/drop/", views.story_drop, name="story_drop"),
        ),
        "stories#怎样发布": (path("stories/all/<int:pk>/action/", views.story_action, name="story_action"),),
    },
    public={
        "stories#公开的案例": (
            path("stories/", views.stories, name="stories"),
            path("stories/rss.xml", views.rss, name="story_rss"),
            path("stories/atom.xml", views.atom, name="story_atom"),
            path("stories/<int:pk>/", views.story_public, name="story_public"),
            path("stories/<int:pk>/photos/<int:photo>/", views.story_photo, name="story_photo"),
        ),
    },
    acts={
        "story.drop": RecordedAct("删除案例", WRITERS),
        "story.drop_photo": RecordedAct("删除案例照片", WRITERS),
        "story.open": RecordedAct("建立案例", WRITERS),
    },
    decisive=("story.release",),
    menu=(MenuEntry("公众与交流", 40, "案例", "outreach:story_list", BUSINESS),),
    tasks=(tasks_for,),
)
