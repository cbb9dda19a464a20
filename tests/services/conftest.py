from tests import support

book, empty_store = support.book, support.empty_store
