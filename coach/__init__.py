"""Call Coach: coaching reports from call transcripts, offline and with evidence for every mark."""

__version__ = "0.1.0"
