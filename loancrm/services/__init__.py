"""The verbs: one function is one unit of work, audit row inside."""
