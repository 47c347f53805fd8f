"""依申请公开: requests for government information that anybody files without an account, their extension and reply."""
