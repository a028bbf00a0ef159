"""How a problem and its solution stand in a model's input: a dialogue, markers after the steps, a trained layout."""
