"""Named figures about a customer as of a day, each defined once, in SQL."""
