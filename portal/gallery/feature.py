"""The page of all components, for developers and tests."""

from django.conf import settings
from django.urls import path

from greendistrict.core.features import Feature
from portal.gallery.views import gallery

PAGE = path("_components/", gallery, name="components")
FEATURE = Feature(public={"basics#没有权限或者找不到页面": (PAGE,)} if settings.DEBUG or settings.TESTING else {})
