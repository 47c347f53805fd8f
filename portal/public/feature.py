"""The feature of pages for everybody."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.public import views

FEATURE = Feature(
    public={
        "verification#城区和称号": (
            path("", views.home, name="home"),
            path("register/", views.register, name="register"),
            path("register/<slug:code>/", views.public_district, name="public_district"),
        ),
        "verification#后评估抽取": (
            path("samples/", views.samples, name="public_samples"),
            path("samples/repeat_sample.py", views.sample_script, name="public_sample_script"),
            path("samples/<int:pk>.json", views.sample_data, name="public_sample_data"),
        ),
        "verification#停运记录": (path("outages/", views.outages, name="public_outages"),),
        "verification#政策和标准": (path("public-standards/", views.standards, name="public_standards"),),
        "verification#文书核验": (path("verify/", views.verify, name="verify"),),
    },
)
