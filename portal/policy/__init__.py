"""Policy pages: the rules in words, the check of all districts against them, its workbook, and the settings left open."""
