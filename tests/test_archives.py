"""Zip and tar archives: read as the folders that they were, member by member, and never unpacked to disk."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import random
import re
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from reader_cases import rejected_of, written

from coach.call import Call
from coach.readers import LeftOut, ReadOptions, Rejected, read
from coach.readers.options import shown_size

TEXT = "Agent: Gas desk, good day.\nCaller: I smell gas.\n"
TURNS = [{"role": "agent", "text": "Gas desk."}, {"role": "customer", "text": "I smell gas."}]


SMALL = ReadOptions(max_bytes=4000)
Wrap = Callable[[Mapping[str, str | bytes]], bytes]


def line(call_id: str) -> str:
    return json.dumps({"call_id": call_id, "turns": TURNS}) + "\n"


MEMBERS: Mapping[str, str | bytes] = {
    "b.txt": TEXT,
    "a/z.json": line("z"),
    "a/many.jsonl": line("m1") + line("m2"),
    "a/../up.txt": TEXT,
    "../../out.txt": TEXT,
    "deep/er/packed.json.gz": gzip.compress(line("packed").encode()),
    "notes": "nothing said here\n",
    "README.md": TEXT,
    "picture.png": b"\x89PNG....",
    ".hidden/x.txt": TEXT,
    "__MACOSX/a/._z.json": b"\x00\x05\x16\x07",
    "a/.DS_Store": b"\x00\x00",
    "broken.json": '{"call_id": ',
}
# What a folder of these would give: in the order of names, hidden ones and documents left out.
READ = ["out", "up", "m1", "m2", "z", "b", "rejected broken.json", "packed"]


def zipped(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def tarred(members: Mapping[str, str | bytes], mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode, format=form) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def names(path: str, options: ReadOptions | None = None) -> list[str]:
    return [
        item.call_id if isinstance(item, Call) else f"rejected {re.split('[/ ]', item.source)[-1]}"
        for item in read([path], options or ReadOptions())
    ]


def test_a_zip_is_read_as_the_folder_that_it_was(tmp_path: Path) -> None:
    assert names(written(tmp_path, "calls.zip", zipped(MEMBERS))) == READ


@pytest.mark.parametrize("mode", ["w", "w:gz"])
@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_a_tar_is_read_in_the_order_in_which_it_was_packed(tmp_path: Path, mode: str, form: int) -> None:
    path = written(tmp_path, "calls.tar", tarred(MEMBERS, mode, form))
    assert names(path) == ["b", "z", "m1", "m2", "up", "out", "packed", "rejected broken.json"]


def test_the_oldest_kind_of_tar_bears_no_mark_and_is_known_all_the_same(tmp_path: Path) -> None:
    packed = bytearray(tarred({"a.txt": TEXT}, form=tarfile.USTAR_FORMAT))
    packed[257:265] = bytes(8)
    packed[148:156] = b"%06o\0 " % (sum(packed[:148]) + sum(packed[156:512]) + 8 * 32)
    assert names(written(tmp_path, "calls.tar", bytes(packed))) == ["a"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_may_be_packed_by_any_method_that_python_knows(tmp_path: Path, method: int) -> None:
    assert names(written(tmp_path, "calls.zip", zipped({"a.jsonl": line("a") * 2}, method))) == ["a", "a"]


def test_calls_and_errors_name_the_archive_and_the_member(tmp_path: Path) -> None:
    path = written(tmp_path, "calls.zip", zipped({"a/b.jsonl": line("one") + "{}\n" + line("two")}))
    one, broken, two = read([path])
    assert isinstance(one, Call)
    assert isinstance(broken, Rejected)
    assert isinstance(two, Call)
    assert (one.source, two.source) == (f"{path}, a/b.jsonl, line 1", f"{path}, a/b.jsonl, line 3")
    assert (broken.source, broken.place) == (f"{path}, a/b.jsonl", "line 2")


def test_names_from_windows_and_names_with_a_dot_before_are_folders_too(tmp_path: Path) -> None:
    assert names(written(tmp_path, "a.tar", tarred({"./a/b.txt": TEXT, "./.git/c.txt": TEXT}))) == ["b"]
    packed = zipped({"a/b.txt": TEXT}).replace(b"a/b.txt", b"a\\b.txt")
    assert names(written(tmp_path, "a.zip", packed)) == ["b"]


@pytest.mark.parametrize("wrapped", [zipped, tarred, lambda members: gzip.compress(zipped(members))])
def test_an_archive_may_come_through_standard_input(monkeypatch: pytest.MonkeyPatch, wrapped: Wrap) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *arguments: object) -> int:
            raise io.UnsupportedOperation

        tell = seek

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Pipe(wrapped({"a/b.json": line("b")})))))
    (call,) = read(["-"])
    assert isinstance(call, Call)
    assert call.source == "standard input, a/b.json"


def test_archives_in_a_folder_are_looked_into(tmp_path: Path) -> None:
    written(tmp_path, "a.zip", zipped({"x.json": line("x")}))
    written(tmp_path, "b.tar.gz", tarred({"y.json": line("y")}, "w:gz"))
    written(tmp_path, "c.txt", TEXT)
    for name in ("program.zip", "library.jar"):
        written(tmp_path, name, zipped({"main.py": "print()", "notes": "none\n"}))
    written(tmp_path, "program.tar.gz", tarred({"main.py": "print()"}, "w:gz"))
    written(tmp_path, "other.jar", zipped({"settings.json": "{}"}))
    assert names(str(tmp_path)) == ["x", "y", "c"]


@pytest.mark.parametrize("wrapped", [zipped, tarred])
def test_an_archive_that_is_named_and_holds_no_transcript_is_rejected(tmp_path: Path, wrapped: Wrap) -> None:
    path = written(tmp_path, "a.zip", wrapped({"main.py": "print()", "notes": "none\n"}))
    assert rejected_of(path).cause == "the archive holds no transcripts"


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("word/document.xml", "a Word document"),
        ("xl/workbook.xml", "an Excel workbook"),
        ("other.bin", "an office document"),
    ],
)
def test_an_office_document_is_no_archive_of_transcripts(tmp_path: Path, inside: str, what: str) -> None:
    path = written(tmp_path, "calls.zip", zipped({"[Content_Types].xml": "<x/>", inside: "<x/>", "a.json": line("a")}))
    assert rejected_of(path).cause == f"it is {what}, not a transcript"


def test_an_encrypted_member_is_rejected_and_the_others_read(tmp_path: Path) -> None:
    packed = bytearray(zipped({"a.json": line("a"), "b.json": line("b")}))
    # The flag stands 6 bytes into a local header and 8 bytes into an entry of the directory.
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.find(mark) + at] |= 1
    first, second = read([written(tmp_path, "calls.zip", bytes(packed))])
    assert isinstance(first, Rejected)
    assert (first.place, first.cause) == ("a.json", "it is encrypted")
    assert isinstance(second, Call)


def test_of_many_encrypted_members_the_first_are_named(tmp_path: Path) -> None:
    packed = zipped({f"{number}.json": line("a") for number in range(20)})
    for mark, flag in ((b"PK\x03\x04\x14\x00", 0), (b"PK\x01\x02\x14\x03\x14\x00", 0)):
        packed = packed.replace(mark + bytes([flag]), mark + b"\x01")
    items = list(read([written(tmp_path, "calls.zip", packed)]))
    assert [item.place for item in items if isinstance(item, Rejected)] == [
        "0.json",
        "1.json",
        "10.json",
        "17 more places",
    ]


def test_a_method_that_python_cannot_unpack_is_named(tmp_path: Path) -> None:
    packed = zipped({"a.json": line("a"), "b.txt": TEXT})
    packed = packed.replace(b"PK\x03\x04\x14\x00\x00\x00\x08", b"PK\x03\x04\x14\x00\x00\x00\x09", 1)
    packed = packed.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x08", b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x09", 1)
    first, second = read([written(tmp_path, "calls.zip", packed)])
    assert isinstance(first, Rejected)
    assert first.cause.startswith("it cannot be unpacked here")
    assert isinstance(second, Call)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_member_is_rejected_and_the_others_read(tmp_path: Path, method: int) -> None:
    ids = [hashlib.sha256(bytes([number // 256, number % 256])).hexdigest() for number in range(300)]
    packed = bytearray(zipped({"a.jsonl": "".join(map(line, ids)), "b.json": line("b")}, method))
    for at in range(2000, 2040):
        packed[at] ^= 0x55
    items = list(read([written(tmp_path, "calls.zip", bytes(packed))]))
    rejected = [item for item in items if isinstance(item, Rejected)]
    assert any("the zip archive is damaged" in item.cause for item in rejected), rejected
    assert isinstance(items[-1], Call)
    assert items[-1].call_id == "b"


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_an_archive_cut_off_is_said_to_be(tmp_path: Path, suffix: str) -> None:
    members = {f"{number}.txt": f"Call ID: {number}\n\nAgent: {os.urandom(300).hex()}\n" for number in range(100)}
    packed = zipped(members) if suffix == ".zip" else tarred(members, "w:gz" if "gz" in suffix else "w")
    items = list(read([written(tmp_path, f"calls{suffix}", packed[: len(packed) // 2])]))
    assert isinstance(items[-1], Rejected)
    assert "cut off" in items[-1].cause
    # A zip has its table of contents at the end.
    assert sum(isinstance(item, Call) for item in items) > (-1 if suffix == ".zip" else 40)


def test_damage_of_every_kind_is_rejected_and_nothing_else(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - the same damage every time
    for name, packed in (
        ("a.zip", zipped(MEMBERS)),
        ("a.tar", tarred(MEMBERS)),
        ("a.tar.gz", tarred(MEMBERS, "w:gz")),
    ):
        for _ in range(60):
            broken = bytearray(packed[: chance.choice((len(packed), chance.randrange(1, len(packed))))])
            for _ in range(chance.randrange(4)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            for item in read([written(tmp_path, name, bytes(broken))]):
                assert isinstance(item, Call) or item.cause


@pytest.mark.parametrize(
    ("name", "pack"),
    [("day.zip", zipped), ("day.tar", tarred), ("day.tar.gz", lambda members: tarred(members, "w:gz"))],
)
def test_an_archive_in_an_archive_is_read(tmp_path: Path, name: str, pack: Wrap) -> None:
    for outer in (zipped, tarred):
        path = written(tmp_path, "month.zip", outer({name: pack({"a.json": line("a"), "b.txt": TEXT}), "c.txt": TEXT}))
        assert sorted(names(path)) == ["a", "b", "c"]
        assert f"{path}, {name}, a.json" in [getattr(item, "source", "").split(", line")[0] for item in read([path])]


def test_gzip_in_an_archive_in_an_archive_is_read(tmp_path: Path) -> None:
    inner = zipped({"a.json.gz": gzip.compress(line("a").encode())})
    assert names(written(tmp_path, "month.zip", zipped({"day.zip": inner}))) == ["a"]


def test_an_archive_two_levels_down_is_named_as_not_opened(tmp_path: Path) -> None:
    day = zipped({"hour.zip": zipped({"a.json": line("a")}), "b.txt": TEXT})
    path = written(tmp_path, "month.zip", zipped({"day.zip": day}))
    call, item = read([path])
    assert isinstance(call, Call)
    assert isinstance(item, Rejected)
    assert (item.source, item.remedy) == (f"{path}, day.zip, hour.zip", "Unpack it first, and name the folder.")
    assert "not opened" in item.cause


def test_archives_in_an_archive_share_its_limit(tmp_path: Path) -> None:
    bomb = zipped({f"{number}.txt": "a" * 40_000 for number in range(40)})
    path = written(tmp_path, "month.zip", zipped({f"{number}.zip": bomb for number in range(9)}))
    causes = {item.cause for item in read([path], SMALL) if isinstance(item, Rejected)}
    assert any("unpacks to more than 200 times its size" in cause for cause in causes)


def test_a_damaged_archive_in_an_archive_takes_nothing_with_it(tmp_path: Path) -> None:
    broken = zipped({"a.json": line("a")})[:-30]
    path = written(tmp_path, "month.zip", zipped({"1.zip": broken, "2.zip": zipped({"b.txt": TEXT}), "c.txt": TEXT}))
    assert names(path)[1:] == ["b", "c"]


def test_documents_in_an_archive_are_left_out_by_name(tmp_path: Path) -> None:
    left: list[LeftOut] = []
    path = written(tmp_path, "a.zip", zipped({"notes/a.docx": b"PK", "b.txt": TEXT}))
    assert len(list(read([path], on_left_out=left.append))) == 1
    assert [(item.source, item.what) for item in left] == [(f"{path}, notes/a.docx", "Word document")]
    only = rejected_of(written(tmp_path, "b.zip", zipped({"a.docx": b"PK", "b.pdf": b"%PDF"})))
    assert only.cause == "the archive holds no transcripts, but 1 Word document, 1 PDF"


def test_what_is_no_plain_file_in_a_tar_is_left_out(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("a.json")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("b.txt")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT.encode()))
    assert names(written(tmp_path, "a.tar", packed.getvalue())) == ["b"]


def test_a_member_that_must_be_held_whole_may_be_as_large_as_a_file(tmp_path: Path) -> None:
    large = json.dumps({"call_id": "l", "turns": TURNS * 500}, indent=1)
    path = written(tmp_path, "a.zip", zipped({"a.json": large, "b.json": line("b")}))
    assert names(path, ReadOptions(max_bytes=4000)) == ["rejected a.json", "b"]
    assert "--max-bytes" in rejected_of(written(tmp_path, "b.zip", zipped({"a.json": large})), SMALL).cause


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_an_archive_that_unpacks_without_end_is_left(tmp_path: Path, packed: Callable[[bytes], bytes]) -> None:
    bomb = packed(line("first").encode() + b" " * 3_000_000)
    items = list(read([written(tmp_path, "a.zip", zipped({"a.jsonl": bomb, "b.json": line("b")}))], SMALL))
    assert isinstance(items[0], Call)
    assert [item.cause for item in items if isinstance(item, Rejected)] == [
        "the archive unpacks to more than 200 times its size; the calls that were whole before it were read",
        "the archive unpacks to more than 200 times its size",
    ]


def test_twins_and_what_is_left_out_are_found_in_archives_too(tmp_path: Path) -> None:
    twin = {
        content: json.dumps({"call_id": "c", "turns": TURNS, "content": content}) for content in ("Raw", "Redacted")
    }
    path = written(tmp_path, "a.zip", zipped({f"{name}.json": text for name, text in twin.items()}))
    left_out: list[LeftOut] = []
    assert len(list(read([path], on_left_out=left_out.append))) == 1
    assert [item.source for item in left_out] == [f"{path}, Redacted.json"]


def test_sizes_are_shown_as_they_are_written() -> None:
    assert [shown_size(count) for count in (900, 4096, 100 * 1024**2, 3 * 2**29)] == [
        "900 bytes",
        "4 KB",
        "100 MB",
        "1.5 GB",
    ]
