"""到期事项: who owes what by when (computed, not stored), reminders, waivers and extensions."""
