"""Several scorecards in one project: which call gets which, what is wrong between them, and what results make of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from small_rules import moment_file, rule_file, write
from stand_ins import StandIn, a_call

from coach.call import Agent, Call
from coach.counts import people
from coach.engines.local import score_all
from coach.errors import RuleError, UsageError
from coach.insight import agent_insight
from coach.results import Dataset, RuleBook
from coach.rule_yaml import InvalidFile
from coach.rulebook import load as load_rulebook
from coach.scorecard import Scorecard
from coach.scorecards import Scorecards, applies, load_all, values_of
from coach.scored import RuleCard, Scored, StoredCard
from coach.site import write_site

CALL = replace(
    a_call(),
    agent=Agent("a7", "Ana Ruiz", "Billing"),
    customer_type="external",
    metadata={
        "queue": "Retentions",
        "priority": 1,
        "vip": True,
        "tags": ["late", "Fee"],
        "routing": {"skill": {"Name": "Loss"}},
        "a.b": "dotted",
        "nothing": None,
    },
)


def card(card_id: str, **applies_to: Any) -> Scorecard:
    return Scorecard.model_validate(
        {
            "id": card_id,
            "name": card_id,
            "version": "1",
            "applies_to": applies_to,
            "pass_mark": 70,
            "sections": [{"name": "One", "rules": {"core.a": 10}}],
        }
    )


@pytest.mark.parametrize(
    "conditions",
    [
        {"queue": "retentions"},
        {"QUEUE": " RETENTIONS "},
        {"queue": ["billing", "Retentions"]},
        {"team": "billing", "queue": "retentions"},
        {"agent_id": "A7"},
        {"agent_name": "ana ruiz"},
        {"customer_type": "External"},
        {"format": "native"},
        {"priority": 1},
        {"priority": "1"},
        {"priority": 1.0},
        {"vip": True},
        {"vip": "true"},
        {"tags": "fee"},
        {"routing.skill.name": "loss"},
        {"a.b": "dotted"},
    ],
)
def test_a_card_applies_where_every_key_holds(conditions: Mapping[str, Any]) -> None:
    assert applies(card("x", **conditions), CALL)


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"queue": "billing"},
        {"queue": "retention"},
        {"queue": "retentions", "team": "sales"},
        {"nothing": "none"},
        {"not there": "x"},
        {"language": "en"},
        {"routing": "loss"},
        {"routing.skill": "loss"},
        {"routing.skill.name.more": "loss"},
        {"queue.x": "retentions"},
        {"." * 5000: "x"},
    ],
)
def test_a_card_does_not_apply_where_a_key_fails(conditions: Mapping[str, Any]) -> None:
    assert not applies(card("x", **conditions), CALL)


def test_a_key_of_the_call_goes_before_the_same_key_of_its_metadata() -> None:
    assert values_of(replace(CALL, metadata={"team": "Sales"}), "team") == {"billing"}
    assert values_of(replace(CALL, agent=Agent(), metadata={"team": "Sales"}), "team") == {"sales"}


def test_the_card_that_names_more_keys_goes_first() -> None:
    cards = Scorecards(card("default"), (card("a", queue="retentions"), card("z", queue="retentions", team="billing")))
    assert cards.card_for(CALL).id == "z"
    assert cards.card_for(replace(CALL, agent=Agent())).id == "a"
    assert cards.card_for(a_call()).id == "default"


def test_of_equals_that_a_list_brings_about_the_first_by_id_gets_the_call() -> None:
    cards = Scorecards(card("default"), (card("fees", tags="fee"), card("late", tags="late")))
    assert cards.card_for(CALL).id == "fees"


def test_one_card_can_be_asked_for_for_every_call() -> None:
    cards = Scorecards(card("default"), (card("a", queue="none"), card("b"))).for_every_call("b")
    assert cards.card_for(CALL).id == "b"
    with pytest.raises(UsageError, match=r"no scorecard '\.\./a'"):
        cards.for_every_call("../a")


DEFAULT = "name: Usual\nversion: '1'\npass_mark: 70\nsections: [{name: One, rules: {core.a: 60, core.b: 40}}]\n"
OTHER = """\
name: {name}
version: "2"
applies_to: {applies_to}
pass_mark: 50
sections:
  - name: Mine
    rules: {{core.b: 10}}
"""


def other(applies_to: str, name: str = "Other") -> str:
    return OTHER.format(applies_to=applies_to, name=name)


def project(tmp_path: Path, name: str = "rules", **cards: str) -> Path:
    files = {f"scorecards/{card_id}.yml": text for card_id, text in cards.items()}
    rules = {"moments/hello.yml": moment_file("hello"), "core/a.yml": rule_file(), "core/b.yml": rule_file()}
    return write(tmp_path / name, {**rules, "scorecard.yml": DEFAULT, **files})


def mistakes(tmp_path: Path, **cards: str) -> list[str]:
    folder = project(tmp_path, **cards)
    try:
        load_all([folder])
    except InvalidFile as error:
        return [str(mistake).replace(f"{folder}/", "") for mistake in error.mistakes]
    return []


def test_cards_load_with_the_default_one_first(tmp_path: Path) -> None:
    cards = load_all([project(tmp_path, b=other("{queue: b}"), a=other("{queue: a}"))])
    assert [each.id for each in cards] == ["default", "a", "b"]
    assert cards.files["a"].name == "a.yml"


def test_a_later_folder_replaces_a_card_of_the_same_id(tmp_path: Path) -> None:
    ours = write(tmp_path / "ours", {"scorecards/a.yml": other("{queue: a}", "Ours")})
    folders = [project(tmp_path, a=other("{queue: a}")), ours]
    assert load_all(folders).card("a").name == "Ours"
    assert load_rulebook(folders).replaced == ("scorecards/a.yml",)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("{queue: a}", "{queue: b}"),
        ("{queue: a}", "{queue: a, team: t}"),
        ("{queue: [a, b], team: t}", "{queue: b, team: u}"),
        ("{}", "{}"),
        ("{}", "{queue: a}"),
    ],
)
def test_cards_for_different_calls_are_sound(tmp_path: Path, one: str, two: str) -> None:
    assert mistakes(tmp_path, one=other(one), two=other(two)) == []


@pytest.mark.parametrize(
    ("one", "two", "calls", "remedy"),
    [
        ("{queue: a}", "{queue: [b, A]}", "queue 'a'", "Leave the value to one of them."),
        ("{Queue: a}", "{queue: a}", "queue 'a'", "Leave the value"),
        ("{queue: a}", "{team: t}", "queue 'a' and team 't'", "Write a third card that names queue and team."),
        ("{queue: a, team: t}", "{vip: true, team: [t, u]}", "queue 'a' and team 't' and vip 'true'", "Write a third"),
    ],
)
def test_two_cards_for_the_same_calls_are_a_mistake(
    tmp_path: Path, one: str, two: str, calls: str, remedy: str
) -> None:
    (said,) = mistakes(tmp_path, one=other(one), two=other(two))
    assert said.startswith(f"scorecards/two.yml:3:1: a call of {calls} could get this card and 'one' alike\n  {remedy}")


def test_a_third_card_settles_which_of_two_goes_first(tmp_path: Path) -> None:
    pair = {"one": other("{queue: [a, b]}"), "two": other("{team: t}")}
    assert len(mistakes(tmp_path, **pair)) == 1
    assert len(mistakes(tmp_path, **pair, part=other("{queue: a, team: t}"))) == 1
    assert mistakes(tmp_path, **pair, part=other("{queue: [a, b, c], team: [t, u]}")) == []


def test_every_mistake_of_every_card_is_told(tmp_path: Path) -> None:
    bad = other("{queue: a}").replace("core.b: 10", "core.c: 10, core.b: -1") + "auto_fail: [core.a]\n"
    said = mistakes(tmp_path, one=bad, two=other("{queue: z}").replace("pass_mark", "pass_marc"), three="[")
    assert [line.split(":")[0] for line in said] == ["scorecards/one.yml"] * 3 + [
        "scorecards/three.yml",
        "scorecards/two.yml",
    ]
    assert said[0] == "scorecards/one.yml:7:13: there is no rule 'core.c'\n  Did you mean 'core.b'?"
    assert said[1].startswith("scorecards/one.yml:7:25: the rule core.b needs 0 points or more")
    assert said[2].startswith("scorecards/one.yml:8:13: the critical rule core.a stands in no section")


@pytest.mark.parametrize(
    ("applies_to", "said"),
    [
        ("{queue: }", "3:14: applies_to.queue: should be one value or a list of values"),
        ("{queue: []}", "3:14: applies_to.queue: should be one value"),
        ("{queue: {a: b}}", "3:14: applies_to.queue: should be one value"),
        ("{queue: [[a]]}", "3:14: applies_to.queue: should be one value"),
        ("{queue: ' '}", "3:14: applies_to.queue: should be one value"),
        ("billing", "3:1: applies_to: should be 'key: value' lines"),
        ("{Queue: a, queue: b}", "3:1: a key stands twice, in capitals and not"),
    ],
)
def test_mistakes_in_what_a_card_applies_to_are_placed(tmp_path: Path, applies_to: str, said: str) -> None:
    assert mistakes(tmp_path, one=other(applies_to))[0].startswith(f"scorecards/one.yml:{said}")


def test_a_card_has_to_say_which_calls_it_is_for(tmp_path: Path) -> None:
    silent = other("{}").replace("applies_to: {}\n", "")
    assert mistakes(tmp_path, one=silent)[0].startswith("scorecards/one.yml:1:1: lacks 'applies_to'\n  Say which")


def test_the_default_card_is_for_every_call(tmp_path: Path) -> None:
    folder = write(project(tmp_path), {"scorecard.yml": DEFAULT + "applies_to: {queue: a}\n"})
    with pytest.raises(RuleError, match=r"scorecard\.yml:5:1: this is the default card"):
        load_all([folder])


BASE = """\
name: Base
version: "7"
source: Here.
pass_mark: 60
sections:
  - {name: One, rules: {core.a: 60, core.b: 40}}
bands: {core.a: [{most: 1, share: 1}]}
auto_fail: [core.a, core.b]
"""


def extending(tmp_path: Path, text: str, **more: str) -> Scorecard:
    head = "name: Mine\nversion: '1'\napplies_to: {queue: a}\n"
    return load_all([write(project(tmp_path, mine=head + text, **more), {"scorecard.yml": BASE})]).card("mine")


def test_a_card_takes_over_what_it_does_not_say(tmp_path: Path) -> None:
    mine = extending(tmp_path, "extends: default\npass_mark: 90\n")
    assert (mine.name, mine.version, mine.source, mine.pass_mark) == ("Mine", "1", "Here.", 90)
    assert (mine.rules, list(mine.bands), mine.auto_fail) == (
        {"core.a": 60, "core.b": 40},
        ["core.a"],
        ("core.a", "core.b"),
    )


def test_bands_and_critical_rules_come_along_for_the_rules_that_the_card_has(tmp_path: Path) -> None:
    mine = extending(tmp_path, "extends: default\nsections: [{name: Two, rules: {core.b: 5}}]\n")
    assert (mine.rules, mine.bands, mine.auto_fail) == ({"core.b": 5}, {}, ("core.b",))


def test_a_card_adds_to_lists_and_takes_away_from_them(tmp_path: Path) -> None:
    more = "sections+: [{name: Two, rules: {core.c: 5}}]\nauto_fail-: [core.a]\nextends: default\n"
    with pytest.raises(RuleError, match=r"mine\.yml:4:33: there is no rule 'core\.c'"):
        extending(tmp_path, more)
    mine = extending(tmp_path, more.replace("sections+: [{name: Two, rules: {core.c: 5}}]\n", ""))
    assert mine.auto_fail == ("core.b",)


def test_a_folder_changes_the_default_card_without_a_copy(tmp_path: Path) -> None:
    ours = write(tmp_path / "ours", {"scorecard.yml": "extends: default\npass_mark: 95\n"})
    default = load_all([write(project(tmp_path), {"scorecard.yml": BASE}), ours]).default
    assert (default.name, default.pass_mark, len(default.rules)) == ("Base", 95, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("extends: defualt\n", r"mine\.yml:4:1: there is no scorecard 'defualt' to extend\n  Did you mean 'default'"),
        ("extends: ../x\n", r"mine\.yml:4:1: there is no scorecard '\.\./x' to extend"),
        ("extends: mine\n", r"mine\.yml:4:1: no earlier folder has 'mine'"),
        ("extends: other\n", r"other\.yml:8:1: the files extend each other in a circle: mine → other → mine"),
        ("pass_mark: 1\nauto_fail+: [x]\n", r"mine\.yml:5:1: 'auto_fail\+' changes a list of another file"),
        ("extends: default\nbands: {core.c: []}\n", r"mine\.yml:5:9: there is no rule 'core\.c'"),
        ("extends: default\nsections: 5\n", r"mine\.yml:5:1: sections: should be a list"),
        ("extends: default\nsections: [5]\n", r"mine\.yml:5:12: sections\.0: should be 'key: value' lines"),
    ],
)
def test_mistakes_in_what_a_card_extends_are_placed(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        extending(tmp_path, text, other=other("{queue: b}") + "extends: mine\n")


def test_a_mistake_of_an_extended_card_is_told_once(tmp_path: Path) -> None:
    head = "name: Mine\nversion: '1'\napplies_to: {queue: a}\nextends: default\n"
    folder = write(project(tmp_path, mine=head), {"scorecard.yml": BASE.replace("core.b: 40", "core.b: -1")})
    with pytest.raises(InvalidFile) as caught:
        load_all([folder])
    assert [each.where.removeprefix(f"{folder}/") for each in caught.value.mistakes] == ["scorecard.yml:6:37"]


@pytest.mark.parametrize(
    "name",
    [
        "default.yml",
        "Default.yml",
        "..yml",
        "../x/../scorecards/a b.yml",
        "<b>x.yml",
        "-x.yml",
        "é.yml",
        "x.y.yml",
        "a" * 65 + ".yml",
        "within/a.yml",
        "a.yaml",
    ],
)
def test_a_card_whose_name_no_page_could_hold_is_refused(tmp_path: Path, name: str) -> None:
    folder = project(tmp_path)
    (folder / "x").mkdir()
    write(folder, {f"scorecards/{name}": other("{queue: a}")})
    with pytest.raises(RuleError) as caught:
        load_all([folder])
    assert caught.value.remedy


def test_a_scorecard_is_no_rule(tmp_path: Path) -> None:
    assert [rule.id for rule in load_rulebook([project(tmp_path, a=other("{queue: a}"))]).rules] == ["core.a", "core.b"]


def test_a_folder_may_hold_nothing_but_scorecards(tmp_path: Path) -> None:
    ours = write(tmp_path / "ours", {"scorecards/a.yml": other("{queue: a}")})
    assert [each.id for each in load_all([project(tmp_path), ours])] == ["default", "a"]


def test_the_hash_of_the_rules_covers_every_card(tmp_path: Path) -> None:
    hashes = [
        load_rulebook([project(tmp_path, name, **cards)]).hash
        for name, cards in {
            "none": {},
            "one": {"a": other("{queue: a}")},
            "changed": {"a": other("{queue: b}")},
            "renamed": {"b": other("{queue: a}")},
        }.items()
    ]
    assert len(set(hashes)) == 4
    assert load_rulebook([project(tmp_path, "again", a=other("{queue: a}"))]).hash == hashes[1]


class TwoCards(StandIn):
    """Marks calls of the queue north by the stand-in's card, and others by one of fifty points."""

    def other_scorecards(self) -> dict[str, StoredCard]:
        return {"big": StoredCard("The <big> one", "2", 80.0, {"core.greeting": ("Money & more", 50.0)})}

    def score(self, call: Call) -> Scored:
        scored = super().score(call)
        if call.metadata["queue"] == "north":
            return scored
        missed = scored.findings[0]._replace(outcome="missed", points=10.0, possible=50.0)
        return replace(scored, findings=(missed,), score=20.0, passed=False, stamp={**self.stamp, "scorecard": "big"})


def results_of(folder: Path) -> Path:
    calls = [replace(a_call(number), agent=Agent("a1", "Ana", "Care")) for number in range(4)]
    calls[3] = replace(calls[3], metadata={"queue": "south"})
    score_all(calls, TwoCards, str(folder), jobs=1)
    return folder


def test_results_say_which_card_scored_a_call(tmp_path: Path) -> None:
    with Dataset.open(str(results_of(tmp_path))) as dataset:
        found = dataset.sql("SELECT call_id, scorecard FROM calls ORDER BY call_id")
        book = dataset.rule_book()
    assert [row["scorecard"] for row in found] == ["default", "default", "default", "big"]
    assert book.others["big"].name == "The <big> one"
    assert [(each.section, each.possible) for each in book.cards_of("big")] == [("Money & more", 50.0)]
    assert book.cards_of("default") == book.cards


def test_only_the_stamp_of_another_card_names_it(tmp_path: Path) -> None:
    north, south = a_call(), replace(a_call(), metadata={"queue": "south"})
    assert TwoCards().score(north).to_dict()["stamp"] == {"coach": "0.1.0", "rules": "sha256:one"}
    assert TwoCards().score(south).to_dict()["stamp"]["scorecard"] == "big"


def test_a_dataset_without_other_cards_is_written_as_ever(tmp_path: Path) -> None:
    score_all([a_call()], StandIn, str(tmp_path), jobs=1)
    (book,) = json.loads((tmp_path / "dataset.json").read_text())["rules"].values()
    assert sorted(book) == ["cards", "scorecard", "stamp"]


def test_points_of_different_cards_are_added_up_as_shares_of_their_cards(tmp_path: Path) -> None:
    with Dataset.open(str(results_of(tmp_path))) as dataset:
        (person,) = people(dataset)
        insight = agent_insight(person, dataset.rule_cards())
    # 40 of 50 points were lost, which is 4 of the 5 of the default card.
    assert insight.behaviours["core.greeting"].lost == pytest.approx(4)
    assert insight.passed is not None
    assert insight.passed.value == 0.75


def test_points_of_a_card_that_is_not_known_count_as_they_are() -> None:
    book = RuleBook(
        "", {}, (RuleCard("a", "t", "s", "", "", "", 5.0, "says"),), {}, {"none": StoredCard("", "", 0, {})}
    )
    assert [book.worth_of(each) for each in ("default", "gone", "none")] == [1, 1, 1]


def test_pages_name_the_card_and_its_sections(tmp_path: Path) -> None:
    with Dataset.open(str(results_of(tmp_path / "results"))) as dataset:
        write_site(dataset, tmp_path / "site")
    pages = {path.name[:3]: path.read_text("utf-8") for path in (tmp_path / "site" / "calls").iterdir()}
    assert "The &lt;big&gt; one, version 2" in pages["c-3"]
    assert "Money &amp; more" in pages["c-3"]
    assert "Opening" in pages["c-0"]
    assert "Scorecard" not in pages["c-0"]
    assert "scored by the scorecards big and default" in (tmp_path / "site" / "index.html").read_text("utf-8")


def made_old(folder: Path) -> Path:
    """Make the results what the first schema was."""
    for part in (folder / "calls").iterdir():
        pq.write_table(pq.read_table(part).drop_columns(["scorecard"]), part)
    header = folder / "dataset.json"
    header.write_text(header.read_text().replace('"schema": 2', '"schema": 1'))
    return folder


def test_results_of_the_first_schema_are_read_as_scored_by_the_default_card(tmp_path: Path) -> None:
    with Dataset.open(str(made_old(results_of(tmp_path)))) as dataset:
        assert dataset.sql("SELECT DISTINCT scorecard FROM calls") == [{"scorecard": "default"}]
        assert [person.calls for person in people(dataset)] == [4]


def test_parts_of_both_schemas_are_read_together(tmp_path: Path) -> None:
    made_old(results_of(tmp_path))
    for number in (9, 10):
        score_all([replace(a_call(number), metadata={"queue": "south"})], TwoCards, str(tmp_path), jobs=1)
    with Dataset.open(str(tmp_path)) as dataset:
        found = dataset.sql("SELECT scorecard, count(*) AS calls FROM calls GROUP BY 1 ORDER BY 1")
    assert found == [{"scorecard": "big", "calls": 2}, {"scorecard": "default", "calls": 4}]
