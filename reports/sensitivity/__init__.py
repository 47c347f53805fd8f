"""城市敏感性: every received table scored again under a draft edition or changed limits. Nothing stored is changed."""
