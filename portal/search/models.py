"""Pinyin of the names that a search looks through."""

from typing import ClassVar

from django.db import models


class SearchName(models.Model):
    """A name from some table, with the pinyin and initials by which it is found.

    Names are collected by a scheduled job (``services.collect_names``): a new one is found by its characters at once, by pinyin within
    minutes. Names no longer used match nothing and are kept.
    """

    text = models.CharField("名称", max_length=200, primary_key=True)
    key = models.CharField("拼音和首字母", max_length=400)

    class Meta:
        verbose_name = "名称的拼音"
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(key=""), name="search_name_has_key")]

    def __str__(self) -> str:
        return self.text
