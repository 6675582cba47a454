"""Office documents beside transcripts, links that lead nowhere, output that cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from reader_cases import rejected_of, written
from test_archives import zipped

from coach.cli import main
from coach.errors import UsageError
from coach.readers import LeftOut, Rejected, read

TEXT = "Agent: Lost property, good day.\nCaller: I left my umbrella on a tram.\n"
OFFICE = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"})


def test_documents_in_a_folder_are_told_in_one_line(tmp_path: Path) -> None:
    for name in ("a.docx", "b.DOCX", "deep/c.xlsx", "d.pdf", ".hidden.pdf"):
        written(tmp_path, name, b"PK")
    written(tmp_path, "call.txt", TEXT)
    result = CliRunner().invoke(main, ["inspect", str(tmp_path)])
    assert "4 files left out: 2 Word documents, 1 PDF, 1 Excel workbook; save them as text or CSV\n" in result.stderr
    (tmp_path / "one").mkdir()
    written(tmp_path, "one/a.rtf", "{\\rtf1}")
    written(tmp_path, "one/call.txt", TEXT)
    result = CliRunner().invoke(main, ["inspect", str(tmp_path / "one")])
    assert "1 file left out: 1 Rich Text document; save it as text or CSV\n" in result.stderr
    assert result.exit_code == 0


def test_documents_are_known_by_their_first_bytes_too(tmp_path: Path) -> None:
    left: list[LeftOut] = []
    written(tmp_path, "call.txt", TEXT)
    written(tmp_path, "a", OFFICE)
    written(tmp_path, "b.zip", OFFICE)
    written(tmp_path, "c.old", "{\\rtf1 Agent: hello}")
    assert len(list(read([str(tmp_path)], on_left_out=left.append))) == 1
    assert [(Path(item.source).name, item.what) for item in left] == [
        ("b.zip", "Word document"),
        ("c.old", "Rich Text document"),
    ]


def test_a_folder_of_nothing_but_documents_says_so(tmp_path: Path) -> None:
    written(tmp_path, "a.docx", OFFICE)
    written(tmp_path, "b.docx", OFFICE)
    with pytest.raises(UsageError) as caught:
        read([str(tmp_path)])
    assert caught.value.what == "the folder holds no transcripts, but 2 Word documents"
    assert caught.value.remedy == "Save them as text or CSV."


def test_rich_text_that_is_named_is_a_document(tmp_path: Path) -> None:
    error = rejected_of(written(tmp_path, "a.rtf", "{\\rtf1\\ansi Agent: Hello\\par}"))
    assert error.cause == "it is a Rich Text document, not a transcript"


def test_a_link_that_leads_back_to_itself_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    written(tmp_path, "call.txt", TEXT)
    (tmp_path / "loop").symlink_to("loop")
    call, loop = read([str(tmp_path)])
    assert not isinstance(call, Rejected)
    assert isinstance(loop, Rejected)
    assert Path(loop.source).name == "loop"
    assert loop.cause.startswith("cannot be opened")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no device that is always full")
@pytest.mark.parametrize("command", [["inspect"], ["inspect", "--json"], ["convert", "-o", "-"]])
def test_output_that_cannot_be_written_is_no_defect(tmp_path: Path, command: list[str]) -> None:
    path = written(tmp_path, "call.txt", TEXT)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from coach.cli import main; main()", *command, path],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 2
    assert "standard output cannot be written: No space left on device" in done.stderr
    assert "defect" not in done.stderr
    assert "Exception ignored" not in done.stderr
