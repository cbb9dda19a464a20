from tests import support

book, empty_store, open_store = support.book, support.empty_store, support.open_store
