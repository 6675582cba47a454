"""What several vendors have in common; no format by itself, so nothing here has ``SHAPES``."""
