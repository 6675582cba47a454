"""Azure Speech: detailed results of real-time recognition, and batch results of version 2, which are made of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.readers.fields import TICKS, facts, rows_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.azure_batch import Keys, file_name, heard_in

# The first of the best is the service's choice, whatever the confidence of the others.
REALTIME = Keys(
    (("Offset", "Duration", TICKS),),
    ("NBest.0.Display", "DisplayText", "NBest.0.ITN", "NBest.0.Lexical"),
    ("NBest.0.DisplayWords", "NBest.0.Words"),
    "DisplayText|Word",
    "Channel|ChannelNumber",
    "SpeakerId",
    "RecognitionStatus",
)


def realtime(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the call whose results ``value`` lists, or whose only one it is."""
    yield heard_in(value if isinstance(value, list) else [value], "", REALTIME, {})


def batch_v2(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the calls of a batch result of version 2, one for each recording."""
    for _, each in rows_at(value, "AudioFileResults", []):
        others = facts(recording=file_name(text_at(each, "AudioFileName")))
        yield heard_in(each, "SegmentResults", REALTIME, others)


SHAPES = (
    Shape(
        "azure-realtime-detailed",
        "detailed results of Azure real-time recognition",
        (
            Signature("[].RecognitionStatus", "[].Offset: number", "[].Duration: number"),
            Signature("RecognitionStatus", "Offset: number", "Duration: number"),
        ),
        realtime,
        ("speakers", "times", "words"),
        is_rows=True,
    ),
    Shape(
        "azure-batch-v2",
        "a result of Azure batch transcription, version 2",
        (Signature("AudioFileResults[].SegmentResults[].NBest: list"),),
        batch_v2,
        ("speakers", "times", "words"),
        is_tried=False,
    ),
)
