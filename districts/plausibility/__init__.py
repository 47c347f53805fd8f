"""合理性检查 of figures, wherever they are typed: what is asked before a figure is kept, and the explanations given to it."""
