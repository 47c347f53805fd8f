"""Specialised plans (专业规划): versions, parts as files, approval, dimensions covered."""
