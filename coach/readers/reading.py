"""From paths to calls: every input found is opened, recognised and read, and a broken one takes nothing with it."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import orjson

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.archives import UNPACK_FIRST, Member, archive_kind, members
from coach.readers.base import Reader
from coach.readers.documents import SAVE_AS_TEXT, DocumentError, document_name, numbered
from coach.readers.garbled import readable
from coach.readers.left_out import SIDE_CHAT, TWIN, LeftOut, Twins, has_twin, is_side_chat
from coach.readers.objects import fetched
from coach.readers.options import ReadOptions
from coach.readers.passed import NO_MEMORY, Memory, Passed
from coach.readers.paths import Found, found, is_archive_name
from coach.readers.registry import readers, standing_alone
from coach.readers.rejected import MORE_PLACES, Rejected, rejected
from coach.readers.roster import with_agent
from coach.readers.shapes import kind_of
from coach.readers.source import Source, opened_stream, shown_name, source_of, stem_of
from coach.readers.stream import Budget, Stream
from coach.readers.tables.table import unknown_table

ALIKE_SHOWN = 3
# The most that a reader says of itself; the others need not look.
BEYOND_DOUBT = 1.0
WEB_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
LONGEST_VALUE = 1000
PLAIN = ReadOptions()
WITH_TRANSCRIPTS = (
    "Read the transcripts themselves: what goes with them is looked at where it lies beside them, and by --companion."
)


def read(
    paths: Sequence[str],
    options: ReadOptions = PLAIN,
    on_left_out: Callable[[LeftOut], object] = lambda item: None,
) -> Iterator[Call | Rejected]:
    """Yield every call under ``paths`` in a stable order, and a ``Rejected`` in place of each that cannot be read.

    A call id that came before is kept, with a warning at its second call. ``on_left_out`` is given what is left out on
    purpose: of a call that is there raw and redacted the one that comes second, files that only go with others.

    Raises:
        UsageError: a path does not exist or matches nothing; raised at once, before anything is read.
    """
    calls = read_with(NO_MEMORY, paths, options, on_left_out)
    return (call for call in calls if not isinstance(call, Passed))


def read_with(
    memory: Memory,
    paths: Sequence[str],
    options: ReadOptions = PLAIN,
    on_left_out: Callable[[LeftOut], object] = lambda item: None,
) -> Iterator[Call | Rejected | Passed]:
    """Yield as ``read`` does, but only what is in inputs that ``memory`` does not know; a ``Passed`` after each input.

    Of a known input there come what could not be read of it, and its ``Passed``.
    """
    documents: list[str] = []
    inputs, named = found(paths, documents), frozenset(map(os.fspath, paths))
    for path in dict.fromkeys(documents):
        if path not in named:
            on_left_out(LeftOut(path, document_name(path), SAVE_AS_TEXT))
    return _read(inputs, options, on_left_out, memory)


def _read(
    inputs: Sequence[Found], options: ReadOptions, on_left_out: Callable[[LeftOut], object], memory: Memory
) -> Iterator[Call | Rejected | Passed]:
    # Hashes, not the ids: a hundred thousand of them must not show in the memory taken.
    seen: set[int] = set()
    twins = Twins()
    # The first of those left out waits until something is read: where nothing is, that is what was wrong.
    waiting: LeftOut | None = None
    is_read = False
    memory.look_up(inputs)
    data_of = fetched((item.path, item.size) for number, item in enumerate(inputs) if not memory.is_known(number))
    for number, item in enumerate(inputs):
        if memory.is_known(number):
            recalled = memory.recall(number)
            seen.update(map(hash, recalled.call_ids))
            is_read = True
            yield from recalled.rejected
            yield Passed(item, is_recalled=True)
            continue
        stands_alone = True
        memory.opens(item)
        for call in read_input(item, options, next(data_of), memory.opened):
            if isinstance(call, LeftOut):
                stands_alone = False
                if is_read or waiting or call.remedy:
                    on_left_out(call)
                else:
                    waiting = call
                continue
            if waiting and not is_read:
                on_left_out(waiting)
            is_read = True
            if isinstance(call, Call):
                stands_alone = stands_alone and call.format in standing_alone() and not has_twin(call)
                if twins.has_met(call):
                    on_left_out(LeftOut(call.source, TWIN))
                    continue
                known = hash(call.call_id)
                if known in seen:
                    call = replace(call, warnings=(*call.warnings, f'the call id "{call.call_id}" came before'))
                seen.add(known)
            yield call
        yield Passed(item, stands_alone=stands_alone)
    if waiting and not is_read:
        yield Rejected(waiting.source, "", f"no turns: it is {waiting.what}, not a transcript", WITH_TRANSCRIPTS)


def read_input(
    item: Found,
    options: ReadOptions = PLAIN,
    data: bytes | None = None,
    on_opened: Callable[[Stream], object] = lambda stream: None,
) -> Iterator[Call | Rejected | LeftOut]:
    """Yield the calls of one input; errors of any kind in it come as ``Rejected``, what is no error as ``LeftOut``.

    ``data`` is what the input holds, where that was fetched already. ``on_opened`` is given the input once it is open.

    Raises:
        CoachError: the input is in a store that cannot be reached any more, nor can what else is in there.
    """
    shown = shown_name(item.path)
    try:
        with opened_stream(item.path, data) as stream:
            on_opened(stream)
            if archive_kind(stream.head):
                if item.sure or is_archive_name(item.path):
                    yield from shortened(_in_archive(stream, shown, item.sure, options))
                return
            yield from _in_stream(stream, shown, item, options)
    except TranscriptError as error:
        yield from _failed(error, item, shown)


def _in_archive(
    stream: Stream, shown: str, sure: bool, options: ReadOptions, within: Budget | None = None
) -> Iterator[Call | Rejected | LeftOut]:
    """Yield the calls in the members of an archive, and in those of the archives in it, but no deeper."""
    is_empty = True
    documents: list[str] = []
    for member in members(stream, shown, options.max_bytes, within):
        inside: Iterator[Call | Rejected | LeftOut]
        if isinstance(member, (Rejected, LeftOut)):
            inside = iter((member,))
        elif archive_kind(member.stream.head):
            inside = _in_inner_archive(member, shown, options, is_deep=within is not None)
        else:
            inside = _in_stream(member.stream, f"{shown}, {member.found.path}", member.found, options)
        for item in inside:
            if isinstance(item, LeftOut) and item.remedy:
                documents.append(item.what)
            else:
                is_empty = False
            yield item
    if is_empty and sure:
        but = f", but {numbered(documents)}" if documents else ""
        yield Rejected(shown, "", f"the archive holds no transcripts{but}", "Name an archive with transcripts in it.")


def _in_inner_archive(
    member: Member, shown: str, options: ReadOptions, *, is_deep: bool
) -> Iterator[Call | Rejected | LeftOut]:
    """Yield the calls in an archive that is a member of another; of one deeper still that it is not opened."""
    name, found = f"{shown}, {member.found.path}", member.found
    if not found.sure and not is_archive_name(found.path):
        return
    if is_deep:
        cause = "it is an archive in an archive in an archive, and not opened"
        yield Rejected(name, "", cause, UNPACK_FIRST)
        return
    try:
        yield from _in_archive(member.stream, name, found.sure, options, member.budget)
    except TranscriptError as error:
        yield from _failed(error, found, name)


def _in_stream(stream: Stream, shown: str, item: Found, options: ReadOptions) -> Iterator[Call | Rejected | LeftOut]:
    """Yield the calls of a file, or of a member of an archive that is no archive itself."""
    try:
        source = source_of(stream, shown, stem_of(item.path), options)
        if not item.is_named and is_side_chat(source.head_text()):
            yield LeftOut(shown, SIDE_CHAT)
            return
        reader = recognised(source, options)
        if reader is None:
            if item.sure:
                yield rejected(unknown_text(source), shown)
            return
        try:
            yield from shortened(_completed(call, source, options) for call in reader.read(source, options))
        except TranscriptError as error:
            if not stream.damage:
                yield rejected(error, shown)
        if stream.damage:
            cause = f"{stream.damage}; the calls that were whole before it were read"
            yield Rejected(shown, "", cause, "Copy or pack the file again.")
    except TranscriptError as error:
        yield from _failed(error, item, shown)


def _failed(error: TranscriptError, item: Found, shown: str) -> Iterator[Rejected | LeftOut]:
    """Yield what comes of an input that cannot be read: nothing of one that need not be a transcript."""
    if item.sure:
        yield rejected(error, shown)
    elif isinstance(error, DocumentError):
        yield LeftOut(shown, error.kind, SAVE_AS_TEXT)


def _completed(call: Call | Rejected | LeftOut, source: Source, options: ReadOptions) -> Call | Rejected | LeftOut:
    """Return ``call`` with what is told of its file as a whole, and with what the roster says of its agent.

    One that cannot be read because its file was decoded as what it is not comes back rejected.
    """
    if not isinstance(call, Call):
        return call
    if source.warnings:
        call = replace(call, warnings=(*source.warnings, *call.warnings))
    try:
        call = readable(call, options.encoding)
    except TranscriptError as error:
        return rejected(error, source.name)
    return with_agent(call, options.roster) if options.roster else call


def shortened(items: Iterator[Call | Rejected | LeftOut]) -> Iterator[Call | Rejected | LeftOut]:
    """Yield ``items``; of rejections with the same cause the first three, and at the end how many more there were."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for item in items:
        if isinstance(item, Rejected):
            kind = (item.source, item.cause, item.remedy)
            counts[kind] += 1
            if counts[kind] > ALIKE_SHOWN:
                continue
        yield item
    for (source, cause, remedy), count in counts.items():
        if count > ALIKE_SHOWN:
            yield Rejected(source, MORE_PLACES.format(count - ALIKE_SHOWN), cause, remedy)


def recognised(source: Source, options: ReadOptions) -> Reader | None:
    """Return the reader that knows ``source`` most surely, the first of equals, ``None`` where none does.

    With a map, JSON and tables are read by it.
    """
    best: Reader | None = None
    best_score = 0.0
    for reader in readers():
        score = reader.recognises(source, options)
        if score > best_score:
            best, best_score = reader, score
        if best_score >= BEYOND_DOUBT:
            break
    if options.mapping is None:
        return best
    from coach.readers.maps.mapped import by_map

    return by_map(source, options.mapping, best)


def unknown_text(source: Source) -> TranscriptError:
    """Return the error for a text that no reader knows."""
    head = source.head_text()
    if WEB_PAGE.match(head):
        return TranscriptError(
            "no transcript in it: it is a web page",
            where=source.name,
            remedy="Save or export the transcript itself; the page may ask to sign in first.",
        )
    if kind := _json_kind(head):
        return TranscriptError(
            f"no transcript in it: nothing but {kind}", where=source.name, remedy="Give the transcript itself."
        )
    columns, likely = unknown_table(head)
    if columns:
        return TranscriptError(
            f"a table of which no column holds text by its name: {', '.join(columns)[:200]}",
            where=source.name,
            remedy=f'Name the column of what was said, e.g. --column text="{likely}".',
        )
    return TranscriptError(
        'no transcript in it: no JSON, no captions, no table with a text column, no lines such as "Agent: ..."',
        where=source.name,
        remedy="See docs/reading.md for the forms that are read; name a table's columns with --column text=NAME.",
    )


def _json_kind(text: str) -> str:
    """Return which JSON value a short text is that is neither an object nor a list, ``""`` where it is none."""
    if len(text) > LONGEST_VALUE:
        return ""
    try:
        return kind_of(orjson.loads(text))
    except orjson.JSONDecodeError:
        return ""
