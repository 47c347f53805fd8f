"""Forms of the steps of an application and of its papers."""
