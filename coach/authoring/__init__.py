"""What authors of rules need: drafts, schemas, pages, what a change comes to, and the health of rules."""
