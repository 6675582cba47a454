"""Who is the agent: given, told by labels, by the user, by a name; and when nothing tells."""

from __future__ import annotations

import pytest

from coach.call import Agent, Call, Role, Roles, Turn
from coach.readers import ReadOptions
from coach.roles import INFERRED, by_label, label_words, named_after_label, role_word

NOBODY = Agent()


def call(*speakers: str | None, agent: Agent = NOBODY, role: Role = "unknown") -> Call:
    return Call("c", tuple(Turn(role, "words", speaker=speaker) for speaker in speakers), agent)


def roles(read: Call) -> list[Role]:
    return [turn.role for turn in read.turns]


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Agent", "agent"),
        ("AGENT:", "agent"),
        ("agent_2", "agent"),
        ("Agent 1", "agent"),
        ("agent1", "agent"),
        ("Agent (Milo)", "agent"),
        ("Milo (Agent)", "agent"),
        ("Milo - Agent", "agent"),
        ("Agent Milo", "agent"),
        ("Billing Agent", "agent"),
        ("Customer Service Rep", "agent"),
        ("Customer Service", "agent"),
        ("CSR", "agent"),
        ("operator", "agent"),
        ("Customer", "customer"),
        ("CALLER_1", "customer"),
        ("END_USER", "customer"),
        ("Customer (Vera)", "customer"),
        ("patient", "customer"),
        ("Virtual Agent", "other"),
        ("CUSTOM_BOT", "other"),
        ("IVR", "other"),
        ("System", "other"),
        ("Guest", "customer"),
        ("Guest-1", None),
        ("1/Guest 2", None),
        ("Speaker 1", None),
        ("spk_0", None),
        ("SPEAKER_01", None),
        ("A", None),
        ("Milo", None),
        ("", None),
        ("Reagent", None),
        ("the agent who was here before me", None),
    ],
)
def test_role_words_in_labels(label: str, role: Role | None) -> None:
    assert role_word(label) == role


def test_no_word_stands_for_two_roles() -> None:
    import srsly

    from coach.datafiles import rules_folder

    lists = srsly.read_yaml(rules_folder() / "labels.yml")
    phrases = [phrase for side in ("agent", "customer", "other") for phrase in lists[side]]
    assert len(phrases) == len(set(phrases)) == len(label_words())
    assert not {"speaker", "spk", "channel"} & set(phrases)


def test_roles_in_the_file_are_kept() -> None:
    read = by_label(
        Call("c", (Turn("agent", "a", speaker="Milo"), Turn("customer", "b", speaker="Agent"))), ReadOptions()
    )
    assert roles(read) == ["agent", "customer"]
    assert read.roles == Roles("given", ("Milo",), 1.0)


def test_labels_that_are_role_words() -> None:
    read = by_label(call("Agent 1", "Caller", "Agent 2", "IVR"), ReadOptions())
    assert roles(read) == ["agent", "customer", "agent", "other"]
    assert read.roles == Roles("label", ("Agent 1", "Agent 2"), 1.0)


@pytest.mark.parametrize(
    ("speakers", "expected"),
    [
        (("Milo", "Customer"), ["agent", "customer"]),
        (("Advisor", "Vera"), ["agent", "customer"]),
        (("Advisor", "Vera", "IVR"), ["agent", "customer", "other"]),
    ],
)
def test_of_two_people_one_known_tells_the_other(speakers: tuple[str, ...], expected: list[Role]) -> None:
    read = by_label(call(*speakers), ReadOptions())
    assert roles(read) == expected
    assert (read.roles.how, read.roles.confidence) == ("label", INFERRED)


def test_of_three_people_one_known_does_not_tell_the_others() -> None:
    read = by_label(call("Agent", "Vera", "Tom"), ReadOptions())
    assert roles(read) == ["agent", "unknown", "unknown"]
    assert any("Vera, Tom" in warning for warning in read.warnings)


@pytest.mark.parametrize(
    ("agent", "speakers", "confidence"),
    [
        (Agent(name="Milo Brandt"), ("Vera", "milo brandt"), INFERRED),
        (Agent(name="Milo Brandt"), ("Vera", "Milo"), INFERRED),
        (Agent(id="a7"), ("Caller", "A7"), 1.0),
        (Agent(name="Milo Brandt"), ("Customer", "Milo Brandt"), 1.0),
    ],
)
def test_the_agents_name_is_a_label(agent: Agent, speakers: tuple[str, ...], confidence: float) -> None:
    read = by_label(call(*speakers, agent=agent), ReadOptions())
    assert roles(read) == ["customer", "agent"]
    assert read.roles == Roles("label", (speakers[1],), confidence)


def test_a_first_name_that_two_people_have_tells_nothing() -> None:
    read = by_label(call("Milo", "Milo (2)", agent=Agent(name="Milo Brandt")), ReadOptions())
    assert roles(read) == ["unknown", "unknown"]


@pytest.mark.parametrize(
    "speakers", [("Speaker 1", "Speaker 2"), ("A", "B"), ("Milo", "Vera"), (None, None), ("spk_0", None)]
)
def test_labels_that_only_count_or_name_tell_nothing(speakers: tuple[str | None, ...]) -> None:
    read = by_label(call(*speakers), ReadOptions())
    assert set(roles(read)) == {"unknown"}
    assert read.roles == Roles("unknown", (), 0.0)


def test_the_user_says_who_the_agent_is() -> None:
    read = by_label(call("Speaker 1", "Speaker 2", "IVR"), ReadOptions(agent_labels=("speaker 2",)))
    assert roles(read) == ["customer", "agent", "other"]
    assert read.roles == Roles("label", ("Speaker 2",), 1.0)


def test_the_user_overrules_the_words_of_a_label() -> None:
    read = by_label(call("Client", "Agent"), ReadOptions(agent_labels=("Client",)))
    assert roles(read)[0] == "agent"


def test_a_label_that_nobody_has_is_named_and_the_rest_goes_on() -> None:
    read = by_label(call("Agent", "Caller"), ReadOptions(agent_labels=("Zed",)))
    assert read.roles == Roles("label", ("Agent",), 1.0)
    assert read.warnings == ('no speaker is called "Zed"; the speakers are: "Agent", "Caller"',)


def test_a_channel_that_is_not_there_is_called_a_channel() -> None:
    options = ReadOptions(agent_channel="9")
    read = by_label(call("ch_0", "ch_1"), options)
    assert read.warnings[:1] == ('no channel is called "9"; the channels or speakers are: "ch_0", "ch_1"',)
    bare = by_label(Call("c", (Turn("agent", "a"), Turn("customer", "b"))), options)
    assert bare.warnings == ('no channel is called "9"; the file names no channel',)
    both = by_label(call("Ana", "Bo"), ReadOptions(agent_labels=("Zed",), agent_channel="9"))
    assert both.warnings[0].startswith(
        'no speaker is called "Zed" and no channel is called "9"; the speakers are: "Ana"'
    )


@pytest.mark.parametrize(
    ("label", "channel"),
    [
        ("ch_1", "1"),
        ("1", "ch_1"),
        ("1", "1"),
        ("Channel 1", "1"),
        ("channel_01", "channel 1"),
        ("chan1", "ch_1"),
        ("CH-1", "Channel #1"),
        ("1/0", "1"),
        ("right", "right"),
        ("Channel B", "b"),
    ],
)
def test_the_agents_channel(label: str, channel: str) -> None:
    read = by_label(call("ch_0", label), ReadOptions(agent_channel=channel))
    assert roles(read) == ["customer", "agent"]
    assert read.roles == Roles("channel", (label,), 1.0)


@pytest.mark.parametrize(("label", "channel"), [("spk_1", "1"), ("ch_10", "1"), ("Charlie", "arlie"), ("S1", "1")])
def test_no_speaker_is_a_channel(label: str, channel: str) -> None:
    read = by_label(call("x", label), ReadOptions(agent_channel=channel))
    assert read.roles.how == "unknown"
    assert read.warnings[0].startswith(f'no channel is called "{channel}"')


def test_all_who_speak_on_the_agents_channel_are_agents() -> None:
    read = by_label(call("0/0", "1/0", "1/1"), ReadOptions(agent_channel="ch_1"))
    assert roles(read) == ["customer", "agent", "agent"]


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("spk_1", "1"),
        ("1", "spk_1"),
        ("S1", "1"),
        ("S1", "Speaker 1"),
        ("SPEAKER_01", "speaker 1"),
        ("SPEAKER_01", "1"),
        ("Speaker 1", "spk_1"),
        ("ch_1", "1"),
        ("ch_1", "channel 1"),
        ("Guest-1", "1"),
        ("b", "B"),
    ],
)
def test_a_label_may_be_named_by_its_number(label: str, named: str) -> None:
    read = by_label(call("spk_0", label), ReadOptions(agent_labels=(named,)))
    assert roles(read) == ["customer", "agent"]
    assert read.roles == Roles("label", (label,), 1.0)


@pytest.mark.parametrize(("label", "named"), [("ch_1", "spk_1"), ("Desk 1", "1"), ("SPEAKER_10", "1"), ("11", "1")])
def test_a_number_alone_does_not_make_two_labels_the_same(label: str, named: str) -> None:
    assert by_label(call("x", label), ReadOptions(agent_labels=(named,))).roles.how == "unknown"


def test_the_label_as_written_comes_before_the_number() -> None:
    read = by_label(call("spk_1", "1"), ReadOptions(agent_labels=("1",)))
    assert read.roles.agent == ("1",)
    both = by_label(call("spk_1", "ch_1"), ReadOptions(agent_labels=("1",)))
    assert both.roles.how == "unknown"


def test_who_is_neither_side_by_the_file_stays_so_whoever_is_named() -> None:
    turns = (Turn("other", "a", speaker="v"), Turn("agent", "b", speaker="x"), Turn("customer", "c", speaker="y"))
    read = by_label(Call("c", turns), ReadOptions(agent_labels=("y",)))
    assert roles(read) == ["other", "customer", "agent"]


def test_turns_without_a_role_beside_turns_with_one() -> None:
    turns = (Turn("agent", "a", speaker="x"), Turn("unknown", "b", speaker="Caller"), Turn("unknown", "c"))
    read = by_label(Call("c", turns), ReadOptions())
    assert roles(read) == ["agent", "customer", "unknown"]
    assert read.roles.how == "given"
    assert "some turns have no role, and nothing to tell it by" in read.warnings


@pytest.mark.parametrize(
    ("role", "warning"),
    [("agent", "only the agent speaks"), ("customer", "only the customer speaks"), ("other", "neither")],
)
def test_roles_that_leave_one_side_silent_are_named(role: Role, warning: str) -> None:
    read = by_label(call("x", "x", role=role), ReadOptions())
    assert warning in read.warnings[0]


@pytest.mark.parametrize(
    ("turns", "how", "agent"),
    [
        ((Turn("unknown", "a", speaker="A"), Turn("customer", "b", speaker="B")), "given", ("A",)),
        ((Turn("unknown", "a"), Turn("customer", "b")), "given", ("agent",)),
        ((Turn("unknown", "a"), Turn("customer", "b"), Turn("unknown", "c", speaker="C")), "unknown", ()),
        ((Turn("agent", "a"), Turn("customer", "b"), Turn("unknown", "c")), "given", ("agent",)),
    ],
    ids=["the other label of two", "the other without a label", "one of two more", "both are known already"],
)
def test_a_given_customer_tells_who_the_agent_is_only_where_two_speak(
    turns: tuple[Turn, ...], how: str, agent: tuple[str, ...]
) -> None:
    read = by_label(Call("c", turns), ReadOptions())
    assert (read.roles.how, read.roles.agent) == (how, agent)
    if len(turns) == 2:
        assert roles(read) == ["agent", "customer"]
        assert read.roles.confidence == INFERRED


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Priya Shah", "Priya Shah"),
        ("Priya Shah (Larkfield)", "Priya Shah"),
        ("Okafor, Ines", "Ines Okafor"),
        ("Okafor, Ines [Agent]", "Ines Okafor"),
        ("Ines", "Ines"),
        ("Agent (Ines)", None),
        ("Speaker 1", None),
        ("Repairs, Gas, Ines", None),
        (", ", None),
        ("(Ines)", None),
    ],
)
def test_an_agent_without_a_name_is_called_by_a_label_that_is_one(label: str, name: str | None) -> None:
    read = Call("c", (Turn("agent", "hello", speaker=label),), roles=Roles("label", (label,), 1.0))
    named = named_after_label(read, {"ines"})
    assert named.agent.name == name
    assert len(named.warnings) == (name is not None)
