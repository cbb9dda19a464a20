"""Rows to table, TSV, JSON, JSONL, CSV, xlsx or HTML: one path, the same keys.

``output.write`` shows rows, ``output.write_one`` one thing; ``columns.Column`` says what a value is. Each
format is a module that is loaded only when it is asked for, because rich, xlsxwriter and jinja2 are slow
to import.
"""
