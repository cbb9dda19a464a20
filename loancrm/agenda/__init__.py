"""Facts and policy become ranked lines: whom to talk to, why, and what to do next."""
