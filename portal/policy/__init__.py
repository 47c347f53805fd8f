"""Policy pages: the rules in words, the check of all districts against them and its workbook, and settings that keep their defaults."""
