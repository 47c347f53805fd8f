"""依申请公开: requests for government information, filed without an account; their extension, reply and remedies."""
