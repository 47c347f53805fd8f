"""Key projects (近期重点项目) and municipal works (市政设施)."""
