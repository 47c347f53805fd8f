"""Steps of a loss of title and the record of failed assessments."""
