"""The bank's judgement: its YAML as frozen objects; a rule compiles to SQL and explains itself."""
