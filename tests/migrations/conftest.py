from tests import support
from tests.migrations import older

book, empty_store, open_store = support.book, support.empty_store, support.open_store
make_older = older.make_older
