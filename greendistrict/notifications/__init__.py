"""Every message the portal can send, the inbox and the channels."""
