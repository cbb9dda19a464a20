"""The service desk: working hours, the clocks of a ticket, and how a ticket stands after each step. Pure."""
