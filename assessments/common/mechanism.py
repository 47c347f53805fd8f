"""Checklist of management mechanisms (七（三）1): those the text says 应 of, and those it names with another word."""

from typing import NamedTuple

CITE = "七（三）1"


class Mechanism(NamedTuple):
    """A line of the checklist. Only ``required`` lines decide the third aspect of the stage assessment; the others are just shown.

    ``degree``: the word of the clause before it.
    """

    key: str
    title: str
    required: bool
    degree: str = "应"

    @property
    def asked(self) -> str:
        """What the clause says of it."""
        return "应建立" if self.required else self.degree


CHECKLIST = (
    Mechanism("coordination", "多部门协同常态长效管理体制机制", required=True),
    Mechanism("evaluation", "精细化管理工作动态评估机制", required=True),
    Mechanism("life_cycle", "规划—建设—管理有机协同的全生命周期精细化管理路径", required=False, degree="探索"),
    Mechanism("handover", "建设与管理要求前置、规划要求落地与复核的机制", required=False, degree="建立"),
    Mechanism("major_works", "重大工程项目协同推进机制", required=False, degree="完善"),
    Mechanism("platform", "开发建设运营一体化的专项功能性平台", required=False, degree="探索"),
    Mechanism("team", "高水平的运营管理团队", required=False, degree="优选"),
)
STANDINGS = {"done": "已建立", "going": "建设中", "none": "未建立"}  # how far the district states it has established one
REQUIRED = tuple(one for one in CHECKLIST if one.required)
