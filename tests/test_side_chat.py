"""The chat that is saved beside a meeting's transcript is not the call."""

from __future__ import annotations

from pathlib import Path

import pytest
from reader_cases import written
from test_archives import zipped

from coach.call import Call
from coach.readers import LeftOut, read

CAPTIONS = "WEBVTT\\n\\n00:00:01.000 --> 00:00:02.000\\nAna: Hello, can you hear me?\\n".replace("\\n", "\n")
CHATS = (
    "09:14:03\t From  Ana Lima to  Everyone:\n\there is the form\n09:15:00\t From  Bo to  Everyone:\n\tthanks\n",
    "09:14:03\tFrom Ana Lima to Everyone: here is the form\n09:15:00\tFrom Bo to Everyone: thanks\n",
    "09:14:03 From Ana Lima to Bo (Direct Message): here is the form\n09:15:00 From Bo to Ana: thanks\n",
)


@pytest.mark.parametrize("chat", CHATS)
def test_a_chat_beside_the_transcript_is_left_out_by_name(tmp_path: Path, chat: str) -> None:
    written(tmp_path, "chat.txt", chat)
    written(tmp_path, "meeting.vtt", CAPTIONS)
    zipped_path = written(tmp_path, "packed/a.zip", zipped({"chat.txt": chat, "meeting.vtt": CAPTIONS}))
    for path, shown in ((str(tmp_path), "chat.txt"), (zipped_path, "a.zip, chat.txt")):
        left: list[LeftOut] = []
        items = list(read([path], on_left_out=left.append))
        assert all(isinstance(item, Call) and item.format == "webvtt" for item in items)
        assert any(item.source.endswith(shown) for item in left)


def test_a_chat_that_is_named_is_not_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "chat.txt", CHATS[1])
    left: list[LeftOut] = []
    assert len(list(read([str(tmp_path), path], on_left_out=left.append))) == 1
    assert left == []


def test_a_call_in_which_somebody_speaks_of_a_letter_is_no_chat(tmp_path: Path) -> None:
    written(tmp_path, "call.txt", "09:14:03 Agent: From Ana to everyone: hello\n09:14:09 Customer: Hi\n")
    assert [type(item) for item in read([str(tmp_path)])] == [Call]
