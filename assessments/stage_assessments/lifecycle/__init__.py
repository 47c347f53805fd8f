"""State machines of the stage assessment and of the opinions of its panel."""
