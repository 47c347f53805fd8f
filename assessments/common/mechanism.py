"""Checklist of management mechanisms (七（三）1): required ones, and those only encouraged."""

from typing import NamedTuple

CITE = "七（三）1"


class Mechanism(NamedTuple):
    """A line of the checklist. Only ``required`` lines decide the third aspect of the stage assessment; the others are just shown."""

    key: str
    title: str
    required: bool


CHECKLIST = (
    Mechanism("coordination", "多部门协同常态长效管理体制机制", required=True),
    Mechanism("evaluation", "精细化管理工作动态评估机制", required=True),
    Mechanism("life_cycle", "规划—建设—管理有机协同的全生命周期管理路径", required=False),
    Mechanism("handover", "建设与管理要求前置、规划要求落地与复核的机制", required=False),
    Mechanism("major_works", "重大工程项目协同推进机制", required=False),
    Mechanism("platform", "开发建设运营一体化的专项功能性平台", required=False),
    Mechanism("team", "高水平的运营管理团队", required=False),
)
STANDINGS = {"done": "已建立", "going": "建设中", "none": "未建立"}  # how far the district states it has established one
REQUIRED = tuple(one for one in CHECKLIST if one.required)
