"""Settings of the policy: changes are proposed, and decided through the approval chain."""
