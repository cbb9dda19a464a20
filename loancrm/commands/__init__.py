"""One file per noun the officer types: parse, one call, show."""
