from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from format_cases import sample
from hypothesis import given
from hypothesis import strategies as st
from reader_cases import call_of
from small_rules import LISTS, QUICK, built_in, write

from coach.call import Call, HowRoles, Role, Roles, Turn
from coach.errors import RuleError
from coach.language import Hit, Language, Spoken
from coach.readers import read
from coach.role_cues import LEAST_CONFIDENCE, LONG_TALK, SERVICE, WRONG_WAY_ROUND, RoleCues, load_role_cues
from coach.role_words import RoleWords

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "calls"
CUES = RoleCues({"offers": 3.0, "holds": 2.0, "problem": -2.0, "faint": 1.0})
LANGUAGE = Language((), LISTS)


def talked(labels: Sequence[str | None], role: Role = "unknown") -> Spoken:
    return LANGUAGE.read(Call("c", tuple(Turn(role, "x", speaker=label) for label in labels)))


def said(**turns: Sequence[int]) -> dict[str, list[Hit]]:
    return {name: [Hit(turn, 0, 1) for turn in numbers] for name, numbers in turns.items()}


def roles_of(call: Call) -> list[Role]:
    return [turn.role for turn in call.turns]


def heard(*turns: tuple[str | None, str]) -> Call:
    """Return the call of these speakers and texts as the built-in rules hear it."""
    call = Call("c", tuple(Turn("unknown", text, speaker=label) for label, text in turns))
    return built_in().with_roles(call)


SHORT = (
    ("B", "i've had a letter about my bill and i don't understand it"),
    ("A", "okay can i take your account number and i'll have a look for you"),
    ("B", "yes it's four four one two"),
    ("A", "thank you bear with me"),
)


def test_clear_evidence_decides_for_all_turns() -> None:
    call = CUES.resolve(talked(["S1", "S2", "S1", "S2"]), said(offers=[0], problem=[1]))
    assert roles_of(call) == ["agent", "customer", "agent", "customer"]
    assert (call.roles.how, call.roles.agent) == ("content", ("S1",))
    assert LEAST_CONFIDENCE <= call.roles.confidence <= 1


def test_a_problem_of_one_speaks_for_the_other() -> None:
    call = CUES.resolve(talked(["S1", "S2"]), said(problem=[0, 0]))
    assert roles_of(call) == ["customer", "agent"]


def test_words_and_moments_add_up() -> None:
    words = RoleWords(frozenset({"x"}), {"x": 1.5})
    spoken = LANGUAGE.read(Call("c", (Turn("unknown", "x", speaker="S1"), Turn("unknown", "y", speaker="S2"))))
    assert RoleCues({"faint": 1.0}, words).resolve(spoken, said(faint=[0])).roles.agent == ("S1",)
    assert RoleCues({"faint": 1.0}).resolve(spoken, said(faint=[0])).roles.how == "unknown"


@pytest.mark.parametrize(
    "moments",
    [
        said(),
        said(faint=[0]),
        said(offers=[0], holds=[1]),
        said(offers=[0, 1], problem=[0, 1]),
        said(unheard_of=[0, 0]),
    ],
)
def test_nobody_is_named_by_guess(moments: dict[str, list[Hit]]) -> None:
    before = talked(["S1", "S2"])
    call = CUES.resolve(before, moments)
    assert call.turns == before.call.turns
    assert (call.roles.how, call.roles.agent) == ("unknown", ())
    assert call.roles.confidence < LEAST_CONFIDENCE


@pytest.mark.parametrize("labels", [[], [None, None], ["S1", "S1"], ["S1", None], ["", "S1"]])
def test_one_label_tells_nothing(labels: list[str | None]) -> None:
    spoken = talked(labels)
    assert CUES.resolve(spoken, said(offers=[0] if labels else [])) == spoken.call


def test_labels_that_differ_from_turn_to_turn_tell_nothing() -> None:
    spoken = talked([f"S{number}" for number in range(8)])
    assert CUES.resolve(spoken, said(offers=[0], problem=[1])) == spoken.call


def test_the_two_who_talk_most_are_the_sides_and_the_rest_are_others() -> None:
    call = CUES.resolve(talked(["bot", "S1", "S2", "S1", "S2"]), said(offers=[1], holds=[1]))
    assert roles_of(call) == ["other", "agent", "customer", "agent", "customer"]


def test_a_recorded_voice_is_neither_side_however_often_it_speaks() -> None:
    labels = ["bot", "S2", "bot", "S2", "bot", "S2", "S1", "S2"]
    call = CUES.resolve(talked(labels), said(offers=[0, 6], holds=[2, 6], automatic_voice=[0]))
    assert call.roles.agent == ("S1",)
    assert roles_of(call)[:3] == ["other", "customer", "other"]


def test_one_of_two_who_sounds_recorded_is_a_side_still() -> None:
    call = CUES.resolve(talked(["S1", "S2"]), said(offers=[0], automatic_voice=[0]))
    assert roles_of(call) == ["agent", "customer"]


def test_roles_that_the_file_gives_are_kept() -> None:
    before = talked(["S1", "S2", "S3"]).call
    given_other = before.turns[2]._replace(role="other")
    spoken = LANGUAGE.read(Call("c", (*before.turns[:2], given_other)))
    assert roles_of(CUES.resolve(spoken, said(offers=[0], holds=[0]))) == ["agent", "customer", "other"]


def test_a_moment_said_again_and_again_counts_three_times() -> None:
    assert CUES.evidence(talked(["S1"]), said(faint=[0] * 9)) == {"S1": 3.0}


@QUICK
@given(
    st.lists(st.sampled_from(["S1", "S2", "S3"]), min_size=2, max_size=8),
    st.lists(st.tuples(st.sampled_from(["offers", "holds", "problem", "faint"]), st.integers(0, 7)), max_size=8),
)
def test_there_is_one_agent_or_none_and_labels_do_not_matter(labels: list[str], found: list[tuple[str, int]]) -> None:
    moments: dict[str, list[Hit]] = {}
    for name, turn in found:
        moments.setdefault(name, []).append(Hit(turn % len(labels), 0, 1))
    call = CUES.resolve(talked(labels), moments)
    agents = {turn.speaker for turn in call.turns if turn.role == "agent"}
    customers = {turn.speaker for turn in call.turns if turn.role == "customer"}
    assert len(agents) == len(customers) == (1 if call.roles.how == "content" else 0)
    assert set(call.roles.agent) == agents
    renamed = CUES.resolve(talked([{"S1": "x", "S2": "a", "S3": "m"}[label] for label in labels]), moments)
    assert roles_of(renamed) == roles_of(call)
    assert renamed.roles.confidence == call.roles.confidence


def test_a_call_that_begins_midway_is_told_by_the_built_in_rules() -> None:
    call = heard(*SHORT)
    assert roles_of(call) == ["customer", "agent", "customer", "agent"]


def test_it_does_not_matter_who_is_called_what_and_how_it_is_written() -> None:
    clean = heard(
        ("spk_0", "I've had a letter about my bill, and I don't understand it."),
        ("spk_1", "Okay. Can I take your account number? I'll have a look for you."),
        ("spk_0", "Yes, it's four four one two."),
        ("spk_1", "Thank you, bear with me."),
    )
    assert roles_of(clean) == roles_of(heard(*SHORT))
    assert clean.roles.agent == ("spk_1",)


def test_an_automatic_voice_before_the_call_is_other() -> None:
    menu = ("C", "for billing please press one, for anything else press two")
    call = heard(menu, menu, menu, *SHORT)
    assert roles_of(call) == ["other"] * 3 + ["customer", "agent", "customer", "agent"]


def test_a_second_agent_is_other() -> None:
    call = heard(*SHORT, ("C", "hello billing here"), *SHORT)
    assert roles_of(call)[4] == "other"
    assert call.roles.agent == ("A",)


@pytest.mark.parametrize(
    "turns",
    [
        pytest.param((("A", ""), ("B", "")), id="no words"),
        pytest.param((("A", "[noise]"), ("B", "mm")), id="noises"),
        pytest.param((("A", SHORT[1][1]), ("B", SHORT[1][1])), id="both say the same"),
        pytest.param((("A", "hello"), ("B", "hello"), ("A", "bye"), ("B", "bye")), id="nothing to tell by"),
        pytest.param(tuple((None, text) for _, text in SHORT), id="no labels"),
        pytest.param(tuple(("A", text) for _, text in SHORT), id="one speaker"),
        pytest.param(tuple((str(number), text) for number, (_, text) in enumerate(SHORT * 2)), id="a label a turn"),
    ],
)
def test_where_it_cannot_be_told_the_roles_stay_unknown(turns: tuple[tuple[str | None, str], ...]) -> None:
    call = heard(*turns)
    assert (call.roles.how, call.roles.agent) == ("unknown", ())
    assert set(roles_of(call)) == {"unknown"}


def test_a_long_talk_without_anything_of_a_service_stays_unknown() -> None:
    spoken = talked(["S1", "S2"] * LONG_TALK)
    call = CUES.resolve(spoken, said(offers=[0, 2]))
    assert (call.roles.how, call.turns) == ("unknown", spoken.call.turns)
    assert call.roles.confidence <= 0.5
    assert CUES.resolve(spoken, said(offers=[0, 2], thanks=[5])).roles.agent == ("S1",)
    short = talked(["S1", "S2"])
    assert CUES.resolve(short, said(offers=[0, 0])).roles.agent == ("S1",)


def test_the_moments_of_a_service_exist() -> None:
    assert {moment.id for moment in built_in().rulebook.moments} >= set(SERVICE)


def test_weights_are_read_and_the_words_come_with_them(tmp_path: Path) -> None:
    path = write(tmp_path, {"roles.yml": "weights: {hold: 2, problem: -1.5}\n"}) / "roles.yml"
    cues = load_role_cues(path, ["hold", "problem"])
    assert cues.weights == {"hold": 2.0, "problem": -1.5}
    assert cues.words.runs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weights: {hold: 2, held: 1}\n", "there is no moment 'held'"),
        ("weights: {hold: much}\n", "roles.yml:1:11: weights.hold: should be a number"),
        ("weihgts: {hold: 2}\n", "roles.yml:1:1: unknown key 'weihgts'"),
    ],
)
def test_mistakes_in_the_weights_are_told(tmp_path: Path, text: str, expected: str) -> None:
    path = write(tmp_path, {"roles.yml": text}) / "roles.yml"
    with pytest.raises(RuleError) as caught:
        load_role_cues(path, ["hold"])
    assert expected in str(caught.value)


def test_a_talk_of_long_speeches_is_no_call() -> None:
    filler = "and then we went on to the next town where the market was open and everybody sold what they had grown "
    spoken = tuple((label, f"{text}. {filler * 3}") for label, text in SHORT)
    assert heard(*SHORT).roles.how == "content"
    assert heard(*spoken).roles.how == "unknown"


DESK = (
    ("agent", "thank you for calling Northway support my name is Ana how may i help you"),
    ("customer", "hi my router has stopped working and i can't get online"),
    ("agent", "i'm sorry to hear that can i take your account number please"),
    ("customer", "yes it's four four one two"),
    ("agent", "thank you bear with me while i look into that for you"),
    ("customer", "okay thanks"),
)
OTHER_WAY: dict[Role, Role] = {"agent": "customer", "customer": "agent", "other": "other"}


def stated(lines: Sequence[tuple[Role, str]], how: HowRoles = "given") -> Call:
    turns = tuple(Turn(role, text, speaker=f"ch_{index % 2}") for index, (role, text) in enumerate(lines))
    return Call("c", turns, roles=Roles(how, ("ch_0",), 1.0))


def exchanged(call: Call) -> Call:
    turns = tuple(turn._replace(role=OTHER_WAY.get(turn.role, turn.role)) for turn in call.turns)
    return replace(call, turns=turns)


def doubts(call: Call) -> list[str]:
    warnings = built_in().score(call).call.warnings
    return [warning for warning in warnings if warning.startswith(WRONG_WAY_ROUND)]


@pytest.mark.parametrize("how", ["given", "label", "channel"])
def test_roles_that_the_talk_contradicts_are_doubted_and_count_all_the_same(how: HowRoles) -> None:
    call = exchanged(stated(DESK, how))
    (doubt,) = doubts(call)
    assert doubt == f'{WRONG_WAY_ROUND}: the one called customer says "how may i help" (turn 0)'
    scored = built_in().score(call)
    assert (scored.roles, roles_of(scored.call)) == (call.roles, roles_of(call))


def test_roles_that_the_talk_bears_out_are_not_doubted() -> None:
    assert doubts(stated(DESK)) == []


@pytest.mark.parametrize(
    "lines",
    [
        [("customer", "how can i help you"), ("agent", "my router is broken")],
        [("customer", "hello"), ("agent", "hi"), ("customer", "thanks bye"), ("agent", "bye")],
        [("customer", "can you hear me how may i help you ha ha"), *DESK],
        [("other", "thank you for calling how may i help you press one"), *DESK[1:]],
    ],
)
def test_a_phrase_or_two_is_no_contradiction(lines: Sequence[tuple[Role, str]]) -> None:
    assert doubts(stated(lines)) == []


def test_hardly_any_real_call_is_doubted_and_most_are_with_roles_exchanged() -> None:
    calls = [call for call in read([str(EXAMPLES)]) if isinstance(call, Call) and call.roles.how in ("given", "label")]
    assert len(calls) > 20
    assert [call.source for call in calls if doubts(call)] == []
    caught = sum(bool(doubts(exchanged(call))) for call in calls)
    assert caught > 0.6 * len(calls)


def test_the_real_sample_whose_table_of_labels_is_wrong_is_doubted() -> None:
    assert len(doubts(call_of(sample("amazon-post-call-analytics/pca-results.json")))) == 1
