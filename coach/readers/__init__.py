"""Reading transcripts: one file a format family."""
