"""State machine of a sheet of settings: as that of one setting."""

from dataclasses import replace

from approvals.setting_sheets.models import SettingSheet
from approvals.settings.lifecycle import SETTING

SETTING_SHEET = replace(SETTING, name="setting_sheet", title="参数表", model=SettingSheet._meta.label)
