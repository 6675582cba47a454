"""House formats, read by a map; and a first guess at such a map for a file that nothing else reads."""
