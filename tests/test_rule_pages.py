from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from small_rules import moment

from coach.authoring.pages import example, pages, rule_page
from coach.cli import main
from coach.rule_models import Rule
from coach.rulebook import Rulebook
from coach.scorecard import Scorecard

RULE = Rule.model_validate(
    {
        "id": "house.bye",
        "title": "Say <b>bye</b>",
        "source": "Ours.",
        "check": "replies",
        "when": {"customer": "fault"},
        "expect": {"agent": "bye"},
        "within": "2 turns",
        "occasions": "each",
        "undone_by": {"agent": "rude"},
        "coach": "Say it.",
        "tests": [{"name": "said", "call": "customer: broken\nagent: bye", "expect": "met"}],
    }
)
CARD = Scorecard.model_validate(
    {"id": "c", "name": "C", "version": "1", "pass_mark": 50, "sections": [{"name": "End", "rules": {"house.bye": 5}}]}
)
BOOK = Rulebook((moment("bye", "bye"), moment("fault", "broken"), moment("rude", "shut up")), (RULE,), {}, (), "h")


def test_a_page_says_what_the_rule_asks_for() -> None:
    text = rule_page(RULE, CARD)
    assert "`house.bye`, 5 points in the section End." in text
    assert "- Occasion: [fault](moments.md#fault) from the customer." in text
    assert "- Every occasion asks for it." in text
    assert "- Undone by: [rude](moments.md#rude) from the agent." in text
    assert "- Searched: 2 turns after the occasion." in text
    assert "**met**: said" in text


def test_what_a_rule_says_stays_text() -> None:
    marked = {"source": "See [us](javascript:x)", "coach": "<script>", "say_instead": "# `hi`"}
    case = RULE.tests[0].model_copy(update={"name": "*said*", "call": "agent: ```\n```\n<b>"})
    text = rule_page(RULE.model_copy(update={**marked, "tests": (case,)}), CARD)
    assert "# Say &lt;b&gt;bye&lt;/b&gt;" in text
    assert r"See \[us\](javascript\:x)" in text
    assert "<script>" not in text
    assert "> \\# \\`hi\\`" in text
    assert "````text\nagent: ```\n```\n<b>\n````" in text
    assert example("a `b` c") == "`` a `b` c ``"


def test_a_page_says_where_words_that_must_not_fall_are_looked_for() -> None:
    never = RULE.model_copy(update={"check": "never", "occasions": "any"})
    assert "- Searched: 2 turns after the occasion." in rule_page(never, CARD)


def test_every_rule_has_a_page_that_the_list_leads_to() -> None:
    made = pages(BOOK, CARD)
    assert set(made) == {"index.md", "moments.md", "house.bye.md"}
    assert "(house.bye.md)" in made["index.md"]
    assert "](../" not in "".join(made.values())


def test_the_command_writes_the_pages_of_own_rules_too(tmp_path: Path) -> None:
    own = tmp_path / "own" / "house"
    own.mkdir(parents=True)
    (own / "bye.yml").write_text(
        "title: Part with a good word\nsource: Ours.\ncheck: says\nexpect: {agent: goodbye}\ncoach: Say goodbye.\n"
    )
    done = CliRunner().invoke(main, ["rules", "docs", "--rules", str(tmp_path / "own"), "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "Part with a good word" in (tmp_path / "out" / "house.bye.md").read_text("utf-8")
    assert (tmp_path / "out" / "moments.md").is_file()


def test_a_page_names_the_file_that_the_rule_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = "title: Goodbye\nsource: Ours.\ncheck: says\nexpect: {agent: goodbye}\ncoach: Say it.\n"
    for pack in ("work/ours", "elsewhere/theirs"):
        (tmp_path / pack / "house").mkdir(parents=True)
        (tmp_path / pack / "house" / f"{pack[-4:]}.yml").write_text(rule)
    monkeypatch.chdir(tmp_path / "work")
    done = CliRunner().invoke(main, ["rules", "docs", "--rules", "ours", "--rules", "../elsewhere/theirs"])
    assert done.exit_code == 0, done.output
    made = tmp_path / "work" / "rule-pages"
    assert "change ours/house/ours.yml instead" in (made / "house.ours.md").read_text("utf-8")
    assert "change theirs/house/eirs.yml instead" in (made / "house.eirs.md").read_text("utf-8")
    assert "change the built-in rules/core/apology.yml instead" in (made / "core.apology.md").read_text("utf-8")
    assert "`the built-in rules/moments/apology.yml`" in (made / "moments.md").read_text("utf-8")


def test_no_page_can_act_on_a_terminal_or_end_its_comment() -> None:
    case = RULE.tests[0].model_copy(update={"call": "agent: \x1b[2Jbye \u202e"})
    text = rule_page(RULE.model_copy(update={"tests": (case,), "title": "a\x1b\u202eb"}), CARD, file="a-->\x1b.yml")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "change a- -\\x1b.yml instead" in text
    assert "agent: \\x1b[2Jbye \\u202e" in text


def test_a_rule_that_fails_a_call_without_points_is_critical() -> None:
    section = CARD.sections[0].model_copy(update={"rules": {RULE.id: 0}})
    card = CARD.model_copy(update={"sections": (section,), "auto_fail": (RULE.id,)})
    assert "`house.bye`, no points; critical: a call that misses it fails" in rule_page(RULE, card)
