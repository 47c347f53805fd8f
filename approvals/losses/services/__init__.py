"""Effects of the steps of a loss of title, and recording of failed assessments."""
