"""What is done about what customers complain of."""

from loancrm.models.base import FileFact, unique_while_standing
from loancrm.models.columns import BIG_ID, personal, plain


class Measure(FileFact, table=True):
    """What is done against a cause from a day on, perhaps only of a line, product or stage; and by whom.

    What is edited is a row more under the same number, and the one before it is void.
    """

    __tablename__ = "measure"
    __table_args__ = (unique_while_standing("number"),)

    number: int = plain()

    title: str = plain()
    cause: str = plain()
    business_line: str | None = plain(None, None)
    product: str | None = plain(None, None)
    service_stage: str | None = plain(None, None)
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    note: str | None = personal(None, None)
