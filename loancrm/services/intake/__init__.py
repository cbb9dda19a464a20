"""Taking in what a file brings, thousands of rows at a time."""
