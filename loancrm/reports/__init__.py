"""The questions: set-based reads as of a day, returning frozen rows."""
