from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rules import LISTS, QUICK, call, call_of_turns, listener, moment, quotes

from coach.call import Call, Role, Turn
from coach.errors import UsageError
from coach.language import Language

LANGUAGE = listener(
    moment("sorry", "(i am|we are) [so|really|very] sorry"),
    moment("gap", "my ... apologies"),
    moment("wide", "so ...5 sorry"),
    moment("one", "through to *"),
    moment("lone", "^ sorry $"),
    moment("opens", "^ hello"),
    moment("opens_gap", "^ hello ... there"),
    moment("closes", "bye $"),
    moment("closes_gap", "talk ... soon $"),
    moment("asks", "sorry ?"),
    moment("gives_name", "this is {name}", "{name} speaking"),
    moment("gives_company", "from {company}"),
    moment("gives_number", "room {number}"),
    moment("marks", "^ {name}"),
    moment("spared", "sorry", but_not=["not sorry", "sorry ... (what|who)"]),
    moment("longest", "thank you", "thank you very much", "very much indeed"),
    moment("verbatim", "sorry, can't do that."),
    moment("many", f"({'|'.join(f'w{n}' for n in range(40))}) ({'|'.join(f'v{n}' for n in range(40))}) end"),
    moment("several", f"({'|'.join(f'can {n}' for n in 'abcde')}|can't) ... [now|please] go"),
    moment("token", pattern=[[{"LOWER": "token"}, {"LOWER": {"IN": ["one", "two"]}, "OP": "+"}]]),
)


def found(name: str, text: str, role: Role = "agent") -> list[str]:
    return [quote for _, quote in quotes(LANGUAGE, LANGUAGE.read(call_of_turns([(role, text)])), name)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("sorry", "I'm so sorry.", ["I'm so sorry"]),
        ("sorry", "Oh, I'm, uh, so, so sorry", ["I'm, uh, so, so sorry"]),
        ("sorry", "I am [noise] sorry", ["I am [noise] sorry"]),
        ("sorry", "I'm so... SORRY", ["I'm so... SORRY"]),
        ("sorry", "im sorry and we are sorry", ["im sorry", "we are sorry"]),
        ("sorry", "I am not sorry", []),
        ("gap", "my apologies", ["my apologies"]),
        ("gap", "my very deepest sincere apologies", ["my very deepest sincere apologies"]),
        ("gap", "my one two three four apologies", []),
        ("gap", "is it my fault? apologies", []),
        ("gap", "my one [PII] two [NAME] three apologies", ["my one [PII] two [NAME] three apologies"]),
        ("gap", "my [PII] one two three four apologies", []),
        (
            "gap",
            "my %HESITATION one <unk> two *** three apologies",
            ["my %HESITATION one <unk> two *** three apologies"],
        ),
        ("one", "I'll put you through to [PII] now", ["through to [PII]"]),
        ("gives_name", "this is [PII]", ["this is [PII]"]),
        ("gives_name", "this is XXXX", ["this is XXXX"]),
        ("gives_name", "this is [number]", []),
        ("wide", "so a b c d e sorry", ["so a b c d e sorry"]),
        ("wide", "so a b c d e f sorry", []),
        ("one", "I'll put you through to Billing now", ["through to Billing"]),
        ("one", "I'll put you through to", []),
        ("one", "through to?", []),
        ("lone", "Sorry.", ["Sorry"]),
        ("lone", "um, sorry...", ["sorry"]),
        ("lone", "[noise] sorry (laughs)", ["sorry"]),
        ("lone", "sorry sorry", ["sorry sorry"]),
        ("lone", "sorry I am late", []),
        ("lone", "so sorry", []),
        ("opens", "Uh, hello, oh hello there", ["hello"]),
        ("opens", "Oh hello", []),
        ("opens_gap", "hello you there", ["hello you there"]),
        ("opens_gap", "oh hello you there", []),
        ("closes", "Okay bye!", ["bye"]),
        ("closes", "bye then", []),
        ("closes", "bye?", ["bye"]),
        ("closes_gap", "talk to you soon.", ["talk to you soon"]),
        ("closes_gap", "talk to you soon then", []),
        ("asks", "Sorry?", ["Sorry?"]),
        ("asks", "Sorry.", []),
        ("gives_name", "This is Ana.", ["This is Ana"]),
        ("gives_name", "this is ana", ["this is ana"]),
        ("gives_name", "This is Xanthe.", ["This is Xanthe"]),
        ("gives_name", "this is xanthe", []),
        ("gives_name", "this is [name]", ["this is [name]"]),
        ("gives_name", "Hello speaking", []),
        ("gives_name", "[first name] speaking", ["[first name] speaking"]),
        ("gives_company", "from [business]", ["from [business]"]),
        ("gives_company", "from Northway", ["from Northway"]),
        ("gives_company", "from home", []),
        ("gives_number", "room 12", ["room 12"]),
        ("gives_number", "room twelve", ["room twelve"]),
        ("gives_number", "room [number]", ["room [number]"]),
        ("gives_number", "room 123456789", ["room 123456789"]),
        ("gives_number", "room mate", []),
        ("marks", "[name] here", ["[name]"]),
        ("longest", "thank you very much indeed", ["thank you very much"]),
        ("longest", "thank you. Thank you very much", ["thank you. Thank you very much"]),
        ("verbatim", "Sorry, can't do that.", ["Sorry, can't do that"]),
        ("verbatim", "sorry i cannot do that", []),
        ("many", "w7 v39 end", ["w7 v39 end"]),
        ("many", "w7 w8 end", []),
        ("several", "i can't just go", ["can't just go"]),
        ("several", "you can b please go", ["can b please go"]),
        ("token", "a Token one two.", ["Token one two"]),
        ("token", "token three", []),
    ],
)
def test_phrases_in_one_turn(name: str, text: str, expected: list[str]) -> None:
    assert found(name, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sorry", ["sorry"]),
        ("I'm not sorry", []),
        ("not sorry. But now sorry", ["sorry"]),
        ("sorry, it was what", []),
        ("what, sorry", ["sorry"]),
    ],
)
def test_a_veto_takes_only_what_it_overlaps(text: str, expected: list[str]) -> None:
    assert found("spared", text) == expected


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("sorry", ["i am", "sorry"]),
        ("gap", ["my", "apologies"]),
        ("gap", ["my very", "", "deep apologies"]),
        ("one", ["through to", "billing"]),
        ("token", ["token", "one"]),
        ("longest", ["thank", "you"]),
    ],
)
def test_no_phrase_runs_over_the_end_of_a_turn(name: str, texts: list[str]) -> None:
    spoken = LANGUAGE.read(call_of_turns([("agent", text) for text in texts]))
    assert quotes(LANGUAGE, spoken, name) == []


def test_a_phrase_may_run_over_a_line_break_inside_a_turn() -> None:
    assert found("sorry", "i am\nso sorry") == ["i am\nso sorry"]


def test_each_turn_is_searched() -> None:
    spoken = LANGUAGE.read(call("agent: my apologies\ncustomer: token two\nagent: my deep apologies, token one"))
    assert quotes(LANGUAGE, spoken, "gap") == [(0, "my apologies"), (2, "my deep apologies")]
    assert quotes(LANGUAGE, spoken, "token") == [(1, "token two"), (2, "token one")]


def test_a_call_without_turns_has_no_moments() -> None:
    spoken = LANGUAGE.read(Call("c", ()))
    assert LANGUAGE.spans(spoken) == {}
    assert spoken.backchannels == frozenset()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("customer: my router is broken\nagent: mm\ncustomer: and it is red", {1}),
        ("customer: my router is broken\nagent: Mm-um.\ncustomer: and it is red", {1}),
        ("customer: my router is broken\nagent: mm, did it\ncustomer: and it is red", set()),
        ("customer: my router is broken\nagent: mm?\ncustomer: and it is red", set()),
        ("agent: mm\ncustomer: my router is broken", set()),
        ("customer: my router is broken\nagent: mm", set()),
    ],
)
def test_listening_noises(lines: str, expected: set[int]) -> None:
    assert LANGUAGE.read(call(lines)).backchannels == expected


def test_inaudible_turns_do_not_count_as_turns() -> None:
    spoken = LANGUAGE.read(call("agent: hello\ncustomer: [inaudible]\nagent: (inaudible)\nagent: hello again"))
    assert spoken.flow.stretch == (0, 0, 0, 0)


def test_a_pattern_that_needs_a_trained_pipeline_is_unavailable_with_the_reason() -> None:
    language = listener(moment("verbs", pattern=[[{"LEMMA": "be"}, {"POS": "ADJ"}]]), moment("plain", "hello"))
    reason = language.unavailable["verbs"]
    assert "'verbs'" in reason
    assert "lemma, pos" in reason
    assert "--pipeline" in reason
    spoken = language.read(call("agent: hello, we are sorry"))
    assert quotes(language, spoken, "plain") == [(0, "hello")]
    assert quotes(language, spoken, "verbs") == []


def test_attributes_in_small_letters_need_a_pipeline_too() -> None:
    assert "verbs" in listener(moment("verbs", pattern=[[{"lemma": "be"}]])).unavailable


def test_a_pipeline_that_is_not_installed_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="'no_such_pipeline' is not installed"):
        Language([], LISTS, "no_such_pipeline")


SAID = st.text(
    st.one_of(st.sampled_from(list("aim so rytk?.,'’[]<>-\n")), st.characters(exclude_categories=["Cs"])), max_size=30
)
PHRASES = st.sampled_from(
    [
        "i'm so sorry",
        "my um apologies",
        "[name]",
        "so sorry?",
        "through to [noise] you",
        "token one",
        "hello",
        "[noise]",
    ]
)


@QUICK
@given(st.lists(st.tuples(st.sampled_from(["agent", "customer", "other"]), st.one_of(SAID, PHRASES)), max_size=6))
def test_every_quote_is_the_slice_it_points_at(turns: list[tuple[Role, str]]) -> None:
    spoken = LANGUAGE.read(call_of_turns(turns))
    for hits in LANGUAGE.spans(spoken).values():
        assert hits == sorted(hits)
        for hit in hits:
            quote = spoken.quote(hit)
            assert 0 <= hit.start < hit.end <= len(turns[hit.turn][1])
            assert quote.text == turns[hit.turn][1][quote.start : quote.end]


@QUICK
@given(
    st.lists(PHRASES, min_size=1, max_size=5), st.integers(0, 4), st.sampled_from(["...", " ", "[noise]", "(laughs)"])
)
def test_noise_before_a_turn_hides_nothing_in_it(texts: list[str], at: int, noise: str) -> None:
    at = min(at, len(texts) - 1)
    plain = LANGUAGE.spans(LANGUAGE.read(call_of_turns([("agent", text) for text in texts])))
    noisy_texts = [noise + " " + text if index == at else text for index, text in enumerate(texts)]
    noisy = LANGUAGE.spans(LANGUAGE.read(call_of_turns([("agent", text) for text in noisy_texts])))
    plain.pop("token", None)
    noisy.pop("token", None)
    assert {name: [hit.turn for hit in hits] for name, hits in plain.items()} == {
        name: [hit.turn for hit in hits] for name, hits in noisy.items()
    }


def test_turns_keep_their_own_moments_in_a_long_call() -> None:
    turns = tuple(Turn("agent", "i am sorry" if index % 7 == 0 else "hello there") for index in range(200))
    spoken = LANGUAGE.read(Call("c", turns))
    assert [turn for turn, _ in quotes(LANGUAGE, spoken, "sorry")] == list(range(0, 200, 7))
