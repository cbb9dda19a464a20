"""The sample book: a fictional bank, simulated month by month."""
