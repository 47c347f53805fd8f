"""Services that answer findings: explanations and the declaration 无变化."""
