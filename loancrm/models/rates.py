"""Published rates."""

from sqlalchemy import Index

from loancrm.models.base import Fact
from loancrm.models.columns import Millionths, plain


class ReferenceRate(Fact, table=True):
    """A published rate, such as LPR 1Y, from ``effective_on`` on."""

    __tablename__ = "reference_rate"
    __table_args__ = (Index(None, "series", "effective_on"),)

    series: str = plain()
    live_key: str | None = plain(None, None, unique=True)
    annual_rate: int = plain(Millionths)  # millionths
