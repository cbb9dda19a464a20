"""loancrm: a loan officer's book of customers, loans, conversations and risks."""

__version__ = "0.1.0"
