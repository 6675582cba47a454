"""Plain text, captions and pages: what was written to be read, with a label or a time before what is said."""
