"""The policies that were adopted."""

from sqlalchemy import Index

from loancrm.models.base import Fact
from loancrm.models.columns import plain


class PolicyVersion(Fact, table=True):
    """A policy that was adopted: its text, word for word, and from which day it rules."""

    __tablename__ = "policy_version"
    __table_args__ = (Index(None, "effective_on"),)

    name: str = plain()
    text: str = plain()
    digest: str = plain()
    data: str = plain()  # what the text says as JSON, in its order, so that a list need not read YAML
