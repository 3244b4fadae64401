"""The procedures: their arguments, what these say, and the run to each output."""
