"""Files in and out: readers of tables, mapping profiles, and the import that joins them."""
