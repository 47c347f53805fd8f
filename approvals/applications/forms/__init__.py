"""Forms of the steps of an application and of the papers that come with it."""
