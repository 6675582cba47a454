from __future__ import annotations

import os
from pathlib import Path

import pytest
import srsly
from pydantic import TypeAdapter
from small_rules import moment_file, rule_file, rulebook_error, write

from coach.errors import RuleError
from coach.rule_clauses import InWindow
from coach.rule_models import Moment, Rule, Window
from coach.rulebook import last_with, load, problems, rule_files

HELLO = {"moments/hello.yml": moment_file("hello")}
GREETS = {**HELLO, "core/greets.yml": rule_file()}


def a_moment(text: str) -> str:
    return f"title: A\n{text}examples: {{match: [a], no_match: [b]}}\n"


def a_rule(text: str) -> str:
    return f"title: A\nsource: s\ncheck: says\nexpect: {{agent: hello}}\ncoach: c\n{text}"


def test_the_path_is_the_id(tmp_path: Path) -> None:
    book = load([write(tmp_path, {**GREETS, "ours/deep/extra.yml": rule_file()})])
    assert [moment.id for moment in book.moments] == ["hello"]
    assert [rule.id for rule in book.rules] == ["core.greets", "ours.deep.extra"]
    assert book.files["core.greets"] == tmp_path / "core" / "greets.yml"
    assert book.rule("core.greets") == book.rules[0]
    assert book.rule("core.none") is None


def test_moments_come_after_those_that_they_need(tmp_path: Path) -> None:
    files = {
        "moments/a.yml": moment_file("a", include=["b"]),
        "moments/b.yml": moment_file("b", not_before={"other": "d"}),
        "moments/c.yml": moment_file("c"),
        "moments/d.yml": moment_file("d", after={"same": "c"}),
    }
    order = [moment.id for moment in load([write(tmp_path, files)]).moments]
    assert order.index("c") < order.index("d") < order.index("b") < order.index("a")


@pytest.mark.parametrize(
    ("written", "window"),
    [
        ("call", Window()),
        ("3 turns", Window(turns=3)),
        ("1 turn", Window(turns=1)),
        ("0 turns", Window(turns=0)),
        ("20 s", Window(seconds=20.0)),
        ("1.5 seconds", Window(seconds=1.5)),
        ("first 3 turns", Window(turns=3, edge="first")),
        ("last 30 s", Window(seconds=30.0, edge="last")),
    ],
)
def test_windows(written: str, window: Window) -> None:
    assert TypeAdapter(InWindow).validate_python(written) == window


@pytest.mark.parametrize(
    ("window", "shown"),
    [
        (Window(), "the call"),
        (Window(turns=1), "1 turn"),
        (Window(turns=0), "0 turns"),
        (Window(turns=3, edge="first"), "the first 3 turns"),
        (Window(seconds=20.0), "20 s"),
        (Window(seconds=2.5, edge="last"), "the last 2.5 s"),
    ],
)
def test_windows_in_words(window: Window, shown: str) -> None:
    assert str(window) == shown


def test_yaml_keeps_words_that_look_like_other_things(tmp_path: Path) -> None:
    text = a_moment("any_of:\n  - no\n  - yes\n  - on\n  - 1:30\n")
    book = load([write(tmp_path, {"moments/a.yml": text})])
    assert book.moments[0].any_of == ("no", "yes", "on", "1:30")


def test_one_name_may_stand_without_a_list(tmp_path: Path) -> None:
    book = load([write(tmp_path, {**HELLO, "core/r.yml": a_rule("when: {customer: hello}\n")})])
    assert book.rules[0].when[0].customer == ("hello",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (a_rule("withn: call\n"), "core/r.yml:6:1: unknown key 'withn'\n  Did you mean 'within'?"),
        (a_rule("Within: call\n"), "core/r.yml:6:1: unknown key 'Within'\n  Did you mean 'within'?"),
        (a_rule("when:\n  custmer: hello\n"), "core/r.yml:7:3: unknown key 'custmer'\n  Did you mean 'customer'?"),
        (a_rule("when:\n  - {any: hello}\n  - custmer: hello\n"), "core/r.yml:8:5: unknown key 'custmer'"),
        (a_rule("tests:\n  - {name: n, call: c, expct: met}\n"), "core/r.yml:7:"),
        (a_rule("zzz: 1\n"), "core/r.yml:6:1: unknown key 'zzz'\n  Known here: before, by, check, coach,"),
        (a_rule("id: core.r\n"), "core/r.yml:6:1: unknown key 'id'\n  Leave it out"),
        (a_rule("title: again\n"), 'core/r.yml:6:1: is not valid YAML: found duplicate key "title"'),
        (a_rule("when: [a\n"), "core/r.yml:7:1: is not valid YAML: expected ',' or ']'"),
        ("title: A\n\tsource: s\n", "core/r.yml:2:1: is not valid YAML: a tab stands at the start of a line"),
        (a_rule("within: !!python/name:os.system\n"), "core/r.yml:6:9: is not valid YAML: could not determine"),
        (a_rule("---\ntitle: A\n"), "core/r.yml:6:1: is not valid YAML: it holds more than one document"),
        ("", "core/r.yml:1:1: is not a list of 'key: value' lines"),
        ("- a\n", "core/r.yml:1:1: is not a list of 'key: value' lines"),
        ("title: A\n", "core/r.yml:1:1: lacks 'source'\n  Add 'source:'."),
        (a_rule("within: 3 days\n"), "core/r.yml:6:1: within: '3 days' is no window; write '3 turns'"),
        (a_rule("within: 1.5 turns\n"), "core/r.yml:6:1: within: '1.5 turns' is no window"),
        (a_rule("within: last 0 turns\n"), "core/r.yml:6:1: within: 'last 0 turns' covers nothing"),
        (a_rule("when: {within: call}\n"), "core/r.yml:6:1: when.0: names no moment; write agent:"),
        (a_rule("").replace("says", "say"), "core/r.yml:3:1: check: should be 'says', 'replies'"),
        (a_rule("").replace("title: A", "title: [A]"), "core/r.yml:1:1: title: should be text; put quotes around it"),
        (a_rule("").replace("expect: {agent: hello}\n", ""), "a check of kind 'says' needs expect:"),
        (a_rule("").replace("says", "replies"), "a check of kind 'replies' needs when:"),
        (a_rule("").replace("says", "talk"), "a check of kind 'talk' needs figure:"),
        (a_rule("").replace("{agent: hello}", "{agent: hello, within: first 3 turns}"), "write within: for the rule"),
        (a_rule("figure: {name: interruptions}\n"), "core/r.yml:6:1: figure.0: has neither most nor least"),
        (
            a_rule("figure: {name: nonsense, most: 1}\n"),
            "core/r.yml:6:10: figure.0.name: should be",
        ),
        (a_rule("when: {customer: helo}\n"), "core/r.yml:6:18: there is no moment 'helo'\n  Did you mean 'hello'?"),
        (a_rule("unless: {customer: xyz}\n"), "core/r.yml:6:20: there is no moment 'xyz'\n  Write moments/xyz.yml."),
    ],
)
def test_mistakes_in_a_rule_are_placed(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in rulebook_error(write(tmp_path, {**HELLO, "core/r.yml": text}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            a_moment("any_of:\n  - hello\n  - so (a|b\n"),
            "moments/m.yml:4:8: in the phrase 'so (a|b': '(' is not",
        ),
        (a_moment('any_of:\n  - "say [a"\n'), "moments/m.yml:3:10: in the phrase 'say [a': '[' is not closed"),
        (
            a_moment("any_of: [a]\nbut_not: [b, '{nme}']\n"),
            "moments/m.yml:3:14: in the phrase '{nme}': unknown slot",
        ),
        (a_moment(""), "moments/m.yml:1:1: has neither any_of nor pattern"),
        (a_moment("any_of: hello\n"), "moments/m.yml:2:1: any_of: should be a list"),
        (a_moment("any_of: [12]\n"), "moments/m.yml:2:10: any_of.0: should be text; put quotes around it"),
        (a_moment("include: other\n"), "moments/m.yml:2:10: there is no moment 'other'"),
        (a_moment("include: m\n"), "moments/m.yml:2:10: the moments need each other in a circle: m → m"),
        (a_moment("any_of: [a]\nafter: {othr: m}\n"), "moments/m.yml:3:9: unknown key 'othr'\n  Did you mean 'other'?"),
        (a_moment("pattern: [[{LOWR: a}]]\n"), "moments/m.yml:2:1: pattern: spaCy cannot read it"),
        (a_moment("pattern: [[{LOWER: {REGEX: '('}}]]\n"), "moments/m.yml:2:1: pattern: the regular expression '('"),
        (a_moment("pattern: [[{LOWER: {REGEX: '(a+)+b'}}]]\n"), "'(a+)+b' could take for ever: a repeat stands inside"),
        (a_moment("pattern: [{LOWER: a}]\n"), "moments/m.yml:2:1: pattern: should be a list of token patterns"),
        (a_moment("pattern: [[]]\n"), "moments/m.yml:2:11: pattern.0: is empty"),
        ("title: A\nany_of: [a]\n", "moments/m.yml:1:1: lacks 'examples'"),
    ],
)
def test_mistakes_in_a_moment_are_placed(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in rulebook_error(write(tmp_path, {"moments/m.yml": text}))


def test_a_circle_of_moments_is_shown(tmp_path: Path) -> None:
    files = {
        "moments/a.yml": moment_file(include="b"),
        "moments/b.yml": moment_file("b", after={"other": "c"}),
        "moments/c.yml": moment_file("c", not_before={"same": "a"}),
    }
    assert "in a circle: a → b → c → a" in rulebook_error(write(tmp_path, files))


def test_a_file_that_is_no_utf8_text(tmp_path: Path) -> None:
    write(tmp_path, HELLO)
    (tmp_path / "moments" / "b.yml").write_bytes(b"title: \xff\xfe\n")
    assert rulebook_error(tmp_path) == "moments/b.yml: is not UTF-8 text\n  Save the file as UTF-8."


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("moments/sub/b.yml", "moments/sub/b.yml: a moment's name is one word"),
        ("moments/b.c.yml", "moments/b.c.yml: a moment's name is one word"),
        ("moments/b.yaml", "moments/b.yaml: rule files end in .yml\n  Name it b.yml."),
    ],
)
def test_a_file_at_the_wrong_place_is_told(tmp_path: Path, name: str, expected: str) -> None:
    assert expected in rulebook_error(write(tmp_path, {**HELLO, name: moment_file("b")}))


def test_a_folder_that_is_missing_or_empty(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="there is no such rule folder"):
        load([tmp_path / "none"])
    with pytest.raises(RuleError, match="holds no rule file"):
        load([tmp_path])
    (tmp_path / "a.yml").touch()
    with pytest.raises(RuleError, match="this is a file, not a rule folder"):
        load([tmp_path / "a.yml"])


def test_problems_lists_every_mistake_of_every_file(tmp_path: Path) -> None:
    rule = a_rule("when: {custmer: hello}\nwithin: 3 days\n").replace("check:", "chek:")
    moment = moment_file("(c", "hello", "d]")
    write(tmp_path, {**GREETS, "core/a.yml": rule, "core/b.yml": "- b\n", "moments/c.yml": moment})
    assert [f"{error.where.rsplit('/', 1)[1]} {error.what}"[:30] for error in problems([tmp_path])] == [
        "a.yml:6:8 unknown key 'custmer",
        "a.yml:3:1 unknown key 'chek'",
        "a.yml:7:1 within: '3 days' is ",
        "b.yml:1:1 is not a list of 'ke",
        "c.yml:3:5 in the phrase '(c': ",
        "c.yml:5:6 in the phrase 'd]': ",
    ]


def test_problems_says_how_sound_files_do_not_fit(tmp_path: Path) -> None:
    write(tmp_path, {**GREETS, "core/a.yml": a_rule("when: {any: none}\n")})
    assert [error.what for error in problems([tmp_path])] == ["there is no moment 'none'"]


def test_problems_of_sound_rules_are_none(tmp_path: Path) -> None:
    assert problems([write(tmp_path, GREETS)]) == []


def stacked(tmp_path: Path, files: dict[str, str]) -> list[Path]:
    return [write(tmp_path / "ours", {**GREETS, "words.yml": "a: 1\n"}), write(tmp_path / "theirs", files)]


def test_a_later_folder_adds(tmp_path: Path) -> None:
    book = load(stacked(tmp_path, {"core/more.yml": rule_file(title="More")}))
    assert [rule.id for rule in book.rules] == ["core.greets", "core.more"]
    assert book.replaced == ()


def test_a_later_folder_replaces_and_says_so(tmp_path: Path) -> None:
    theirs = {
        "core/greets.yml": rule_file(title="Theirs"),
        "moments/hello.yml": moment_file("ahoy"),
        "words.yml": "a: 2\n",
    }
    folders = stacked(tmp_path, theirs)
    book = load(folders)
    assert [rule.title for rule in book.rules] == ["Theirs"]
    assert book.moments[0].any_of == ("ahoy",)
    assert book.replaced == ("core.greets", "hello", "words.yml")
    assert {book.files[name].parent.parent.name for name in ("core.greets", "hello")} == {"theirs"}
    assert book.files["words.yml"] == last_with(folders, "words.yml") == tmp_path / "theirs" / "words.yml"


def test_a_later_folder_may_hold_a_scorecard_only(tmp_path: Path) -> None:
    folders = stacked(tmp_path, {"scorecard.yml": "name: n\n"})
    assert [rule.id for rule in load(folders).rules] == ["core.greets"]
    assert last_with(folders, "scorecard.yml") == tmp_path / "theirs" / "scorecard.yml"


def test_a_file_that_nothing_reads_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"greets\.yml: nothing reads this file here"):
        load(stacked(tmp_path, {"greets.yml": rule_file()}))


def test_a_moment_of_a_later_folder_serves_the_rules_of_an_earlier(tmp_path: Path) -> None:
    ours = write(tmp_path / "ours", {"core/greets.yml": rule_file()})
    assert load([ours, write(tmp_path / "theirs", HELLO)]).rules[0].moments == ("hello",)


def test_last_with_falls_back_to_the_first_folder(tmp_path: Path) -> None:
    assert last_with([tmp_path / "a", tmp_path / "b"], "words.yml") == tmp_path / "a" / "words.yml"


def test_the_hash_is_that_of_what_the_rules_say(tmp_path: Path) -> None:
    one = load([write(tmp_path / "one", {**GREETS, "moments/b.yml": moment_file("b")})])
    two = load([write(tmp_path / "two", {"moments/b.yml": moment_file("b"), **dict(reversed(GREETS.items()))})])
    for path in (tmp_path / "two").rglob("*.yml"):
        os.utime(path, (1, 1))
    assert one.hash == two.hash == load([tmp_path / "two"]).hash
    assert one.hash.startswith("sha256:")
    assert len(one.hash) == len("sha256:") + 64


@pytest.mark.parametrize(
    "change",
    [
        {"moments/hello.yml": moment_file("hello", "hi")},
        {"moments/b.yml": moment_file("b")},
        {"core/greets.yml": rule_file(within="first 3 turns")},
        {"core/greets.yml": rule_file(coach="Do it.")},
        {"core/other.yml": rule_file()},
        {"words.yml": "a: 1\n"},
        {"interruptions.json": "{}"},
    ],
)
def test_the_hash_changes_with_the_rules(tmp_path: Path, change: dict[str, str]) -> None:
    before = load([write(tmp_path, GREETS)]).hash
    assert load([write(tmp_path, change)]).hash != before


def test_the_hash_tells_a_stack_from_its_base(tmp_path: Path) -> None:
    folders = stacked(tmp_path, {"core/more.yml": rule_file()})
    assert load(folders).hash != load(folders[:1]).hash


def test_rule_files_are_found_by_id(tmp_path: Path) -> None:
    assert list(rule_files(write(tmp_path, GREETS))) == ["core.greets", "hello"]


def test_attributes_of_patterns_are_kept_in_capitals(tmp_path: Path) -> None:
    book = load([write(tmp_path, {"moments/a.yml": a_moment("pattern: [[{lower: a, op: '+'}]]\n")})])
    assert book.moments[0].pattern == (({"LOWER": "a", "OP": "+"},),)


@pytest.mark.parametrize("model", [Moment, Rule])
def test_values_are_frozen(model: type[Moment] | type[Rule]) -> None:
    text = moment_file("a") if model is Moment else rule_file()
    value = model.model_validate({**srsly.yaml_loads(text), "id": "x"})
    with pytest.raises(ValueError, match="frozen"):
        value.title = "other"


def test_what_would_take_for_ever_to_read_is_refused(tmp_path: Path) -> None:
    nested = "title: &a [x, x]\nsource: &b [*a, *a]\ncoach: [*b, *b]\n"
    assert "core/r.yml:2:13: uses an alias" in rulebook_error(write(tmp_path / "a", {"core/r.yml": nested}))
    assert "core/r.yml:1:12: uses an alias" in rulebook_error(write(tmp_path / "b", {"core/r.yml": "title: &a [*a]\n"}))
    huge = {"core/r.yml": "title: A\n" + "# x\n" * 260_000}
    assert "bytes; 1,000,000 are allowed" in rulebook_error(write(tmp_path / "c", huge))
    stars = "pattern: [[" + "{OP: '*'}, " * 4 + "{LOWER: a}]]\n"
    assert "more than 3 tokens with OP" in rulebook_error(write(tmp_path / "d", {"moments/m.yml": a_moment(stars)}))


@pytest.mark.parametrize("name", ["house/My Rule.yml", "house/<b>x.yml", "house/=1+1.yml", "house/a\x1b[31m.yml"])
def test_names_that_no_terminal_and_no_page_can_hold_are_refused(tmp_path: Path, name: str) -> None:
    assert "is no name for a rule or moment" in rulebook_error(write(tmp_path, {name: rule_file()}))


def test_a_mistyped_kind_is_told_with_the_nearest(tmp_path: Path) -> None:
    reply = {**HELLO, "core/r.yml": a_rule("").replace("says", "reply")}
    assert "check: should be 'says', 'replies'" in rulebook_error(write(tmp_path, reply))
    assert "Did you mean 'replies'?" in rulebook_error(write(tmp_path, reply))
