"""vCon: who took part, what was said as messages, and transcripts in any form as analyses of the recordings.

Messages have dates, transcripts count from the start of their recording: all is brought to seconds from the first of
them. Nothing is ever fetched from the addresses in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from coach.call import HowRoles, Word
from coach.errors import TranscriptError
from coach.readers.cues import Cue, counted
from coach.readers.fields import Row, at, clock, facts, moment_at, rows_at, seconds_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.vcon_bodies import heard_in, json_of_base64url, text_of, value_of
from coach.readers.vendors.shared.vcon_parties import Party, parties_of, speaking_in, with_role

TRANSCRIPTS = frozenset(("transcript", "transcription", "wtf_transcription"))
SIGNATURES_DEEP = 3


class Piece(NamedTuple):
    """A transcript or a message: which dialogs it is ``of``, when these began, and its cues in seconds from there."""

    of: frozenset[int]
    began: float | None
    cues: list[Cue]
    how: HowRoles = "given"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call: its transcripts, and the messages that stand in none of them."""
    told: list[str] = []
    value = _unsigned(value, told)
    dialogs = dict(rows_at(value, "dialog", told))
    parties = parties_of(value, dialogs.values())
    transcripts = _transcripts(value, dialogs, parties, context, told)
    messages = _messages(dialogs, parties, told)
    covered = {number for piece in transcripts for number in piece.of}
    said = {cue.text for piece in transcripts for cue in piece.cues}
    apart = [piece for piece in messages if not piece.of <= covered]
    if transcripts and apart and all(cue.text in said for piece in apart for cue in piece.cues):
        apart = []
    if len(apart) < len(messages):
        told.append(f"{counted(len(messages) - len(apart), 'message')} left out: the transcript holds the same")
    cues = _on_one_clock([*transcripts, *apart], told)
    agents = [party for party in parties if party.role == "agent"]
    agent = agents[0].row if len(agents) == 1 else {}
    first = min(dialogs.values(), key=_order, default={})
    hows = {piece.how for piece in transcripts if any(cue.role != "unknown" for cue in piece.cues)}
    yield Heard(
        [with_role(cue, parties) for cue in cues],
        facts(
            call_id=text_at(value, "uuid"),
            agent_id=text_at(agent, "meta.agent_id|extension") or text_at(agent, "uuid"),
            agent_name=text_at(agent, "name"),
            started_at=moment_at(first, "start") or moment_at(value, "created_at"),
        ),
        facts(subject=text_at(value, "subject"), direction=text_at(first, "meta.direction")),
        told,
        how=hows.pop() if len(hows) == 1 else "given",
        what="utterance",
    )


def _unsigned(value: Any, told: list[str]) -> Any:
    """Return what a signed vCon holds, any other as it is.

    Raises:
        TranscriptError: it is encrypted, or what is signed is no vCon.
    """
    for _ in range(SIGNATURES_DEEP):
        if ENCRYPTED.fits(value):
            raise TranscriptError("it is encrypted", remedy="Decrypt it, and read the vCon that comes of it.")
        if SIGNED.fits(value):
            told.append("it is signed: read without a check of the signature")
            value = json_of_base64url(text_at(value, "payload"))
    if not isinstance(at(value, "parties"), list):
        raise TranscriptError("what is signed in it is no vCon", remedy="Read the vCon itself, a JSON object.")
    return value


def _transcripts(
    value: Any, dialogs: Mapping[int, Row], parties: Sequence[Party], context: Context, told: list[str]
) -> list[Piece]:
    """Return the transcripts, of several of one dialog the first."""
    rows = [row for _, row in rows_at(value, "analysis", told)] + [row for _, row in rows_at(value, "attachments", [])]
    pieces: list[Piece] = []
    for row in rows:
        if text_at(row, "type|purpose").casefold() not in TRANSCRIPTS:
            continue
        of = _numbers(row.get("dialog"))
        if any(not of or not piece.of or of & piece.of for piece in pieces):
            told.append("a second transcript of the same dialog is left out")
            continue
        found = heard_in(value_of(row), context.inner, [party.label for party in parties])
        if any(cue.text for cue in found.cues):
            told += found.warnings
            began = clock(at(dialogs.get(min(of)), "start")) if of else None
            pieces.append(Piece(of, began, found.cues, found.how))
        elif text_at(row, "url"):
            told.append("a transcript that is kept elsewhere is not fetched")
    return pieces


def _messages(dialogs: Mapping[int, Row], parties: Sequence[Party], told: list[str]) -> list[Piece]:
    pieces: list[Piece] = []
    odd = 0
    for number, row in dialogs.items():
        if text_at(row, "type").casefold() != "text":
            continue
        medium = text_at(row, "mediatype|mimetype").casefold()
        text = text_of(row) if medium.startswith("text/") or not medium else ""
        odd += not text
        who = speaking_in(row)
        party = parties[who] if who is not None and 0 <= who < len(parties) else None
        began = clock(row.get("start"))
        start = None if began is None else 0.0
        # A message takes no time to be said, and many writers give it a duration of 0.
        end = None if began is None else seconds_at(row, "duration") or None
        cue = Cue(number, party.label if party else None, text, start, end, (), party.role if party else "unknown")
        pieces += [Piece(frozenset((number,)), began, [cue])] if text else []
    if odd:
        told.append(f"{counted(odd, 'message')} left out: without text, of another kind, or kept elsewhere")
    return pieces


def _on_one_clock(pieces: Sequence[Piece], told: list[str]) -> list[Cue]:
    """Return the cues in seconds from the first piece; one of several that has no start of its own loses its times."""
    first = min((piece.began for piece in pieces if piece.began is not None), default=None)
    cues: list[Cue] = []
    for piece in pieces:
        if len(pieces) == 1:
            cues += piece.cues
        elif piece.began is None or first is None:
            if any(cue.start is not None for cue in piece.cues):
                told.append("a transcript without a start beside others: its times are left out")
            cues += [cue._replace(start=None, end=None, words=()) for cue in piece.cues]
        else:
            cues += [_later(cue, piece.began - first) for cue in piece.cues]
    return cues


def _later(cue: Cue, by: float) -> Cue:
    words = tuple(Word(word.text, _sum(word.start, by), _sum(word.end, by)) for word in cue.words)
    return cue._replace(start=_sum(cue.start, by), end=_sum(cue.end, by), words=words)


def _sum(time: float | None, by: float) -> float | None:
    return None if time is None else round(time + by, 6)


def _numbers(value: Any) -> frozenset[int]:
    values = value if isinstance(value, list) else [value]
    return frozenset(each for each in values if isinstance(each, int) and not isinstance(each, bool))


def _order(dialog: Row) -> float:
    began = clock(dialog.get("start"))
    return float("inf") if began is None else began


PLAIN = Signature("parties: list", "dialog|analysis: list", "uuid|vcon: text")
SIGNED = Signature("payload: text", "signatures[].signature: text")
ENCRYPTED = Signature("ciphertext: text", "protected|recipients|unprotected", "iv: text")

SHAPES = (
    Shape(
        "vcon",
        "a vCon",
        (PLAIN, SIGNED, ENCRYPTED),
        heard,
        ("roles", "speakers", "times", "words"),
        note="Transcripts within it are read in any form that is read by itself. Of one that is signed the signature"
        " is not checked; one that is encrypted is refused.",
    ),
)
