"""Loan arithmetic, pure: exact integers in, exact integers out."""
