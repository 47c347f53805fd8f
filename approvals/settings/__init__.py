"""Settings of the policy, proposed and decided by the approval chain."""
