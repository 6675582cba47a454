"""Tables: CSV, TSV and their like, a row an utterance or a row a call."""
