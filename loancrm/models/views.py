"""The officer's own view, and published series.

What the fields mean is said once, in ``loancrm.dossier``.
"""

from sqlalchemy import Index

from loancrm.models.base import FileFact
from loancrm.models.columns import BIG_ID, Millionths, plain, sensitive


class Rating(FileFact, table=True):
    """The officer's own view of a customer, 1 (poor) to 5 (very good)."""

    __tablename__ = "rating"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    criterion: str = plain()
    value: int = plain()
    note: str | None = sensitive(None, None)


class SeriesValue(FileFact, table=True):
    """Published series by date: industry, macro, job market."""

    __tablename__ = "series_value"
    __table_args__ = (Index(None, "name", "key", "effective_on"),)

    name: str = plain()
    key: str = plain()
    value: int = plain(Millionths)


class ImportedFigure(FileFact, table=True):
    """A figure about a customer that a file brought ready-made: ``imported.NAME`` to the policy."""

    __tablename__ = "imported_figure"
    __table_args__ = (
        Index(None, "customer_id", "name", "effective_on"),
        Index(None, "name", "customer_id", "effective_on"),
    )

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    name: str = plain()
    value: int = plain(Millionths)  # millionths
