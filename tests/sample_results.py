"""A small results dataset for the tests of insight and pages: written out here, the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from coach.call import Agent, Call, Roles, Turn
from coach.digest import digest
from coach.results import make_dataset
from coach.results_parts import parquet, write_part
from coach.results_schema import REJECTED, Entry, table_of
from coach.scored import Evidence, Finding, Interruption, RuleCard, Scored, Silence, Talk

STAMP = {"coach": "0.1.0", "rules": "sha256:5a3c"}
CARDS = (
    RuleCard("core.greeting", "Greet the customer", "Opening", "Service basics: greet everyone who comes in.",
             "Open with a greeting before anything else.", "Good morning, you're through to Broadband.", 10, "says"),
    RuleCard("core.apology", "Apologise when something went wrong", "Care", "Complaints: say sorry for the fault.",
             "Name what went wrong and say sorry for it before you ask for details.",
             "I'm sorry your router has failed; let's get you back online.", 15, "replies"),
    RuleCard("service.empathy", "Show that you feel for the customer", "Care", "Empathy: stand in their shoes.",
             "Answer the feeling first and the facts second.", "That must be worrying. Let's see what I can do.", 10,
             "replies"),
    RuleCard("core.interruptions", "Let the customer finish", "Listening", "Listening: hear people out.",
             "Wait a breath after the customer stops.", "Sorry, please go on.", 10, "talk"),
    RuleCard("service.courtesy", "Stay courteous throughout", "Care", "Service basics: courtesy to everyone.",
             "Say what you can do instead of whose fault it is.", "Let me see what I can do about that.", 10, "never"),
    RuleCard("service.further_help", "Ask whether there is anything else", "Closing", "Closing: ask before you close.",
             "Ask once more before you say goodbye.", "Is there anything else I can help you with today?", 5, "says"),
)  # fmt: skip

GREETING = ("Good morning, you're through to Lakeside Broadband, how can I help?", "Account number?")
PROBLEMS = (
    "My router has been flashing red since last night and I can't get online.",
    "I've been charged twice for March, and I was told it had been put right already.",
    "The parcel with my new router never came, and I stayed at home all day for it.",
    "You cut off my line this morning, and I work from home so I've lost half a day.",
)
APOLOGIES = (
    ("I'm so sorry about that, a whole evening without a connection.", "Is the light on the left on or off?"),
    ("I'm really sorry that it happened again; it shouldn't have.", "What's the invoice number?"),
    ("I do apologise, that's a day you won't get back.", "It says here that it was delivered."),
    ("I'm very sorry that we've cost you half a day.", "Which number is it?"),
)
FEELING = "It's the third time this year, I'm honestly at my wits' end with it."
EMPATHY = (
    "I can hear how wearing this is, I'd feel just the same.",
    "Right. So can you read me the number on the back?",
)
FURTHER = ("Is there anything else I can help you with today?", "Okay, that's it then.")
RUDE = "Well, you should have read the letter, shouldn't you?"

# Agent, then for each call: week, day, and what was done: g(reeting) a(pology) e(mpathy) f(urther help); - = missed;
# R = a rude remark, U = nobody knows who the agent is, I = the agent cut in.
ROSTER: tuple[tuple[Agent, tuple[str, ...]], ...] = (
    (Agent("a17", "Ana Ruiz", "Broadband"),
     ("0 gaef", "0 ga-f", "1 ga-f", "1 gaef", "2 gae-", "2 gaef", "3 gaef", "4 gaef", "4 gaef")),
    (Agent("a21", "Ben Okafor", "Broadband"),
     ("0 g--f", "0 g---", "1 ---f", "1 g--f", "2 g--f I", "2 g-ef", "3 ga-f", "3 g--f", "4 gaef", "4 g-ef")),
    (Agent("b02", "Chloë Lindqvist", "Billing"),
     ("0 ga-f", "1 ga-f", "2 gae-", "2 ga--", "3 g-ef R", "4 gae-")),
    (Agent("b05", "Dev Patel", "Billing"), ("3 ga-f", "4 g-ef")),
    (Agent(), ("1 gaef", "2 ---- U")),
)  # fmt: skip
MONDAY = date(2026, 2, 2)


def write_sample(folder: Path, entries: Sequence[Entry] | None = None, *, rejected: bool = True) -> Path:
    """Write the dataset to ``folder`` and return its path."""
    store = make_dataset(str(folder), STAMP, CARDS)
    write_part(store, list(entries) if entries is not None else sample_entries())
    if rejected:
        rows = [("calls/broken.json", "line 7", "this is not JSON: a bracket is missing", "Export the file again.")]
        store.write(parquet(table_of(rows, REJECTED), "rejected"), "rejected", "part-0.parquet")
    return folder


def sample_entries() -> list[Entry]:
    """Return the calls of the roster."""
    entries = []
    for agent, plans in ROSTER:
        for number, plan in enumerate(plans):
            call_id = f"{agent.id or 'x'}-{number + 1:02}"
            entries.append(entry(scored_call(call_id, agent, plan, number)))
    return entries


def entry(scored: Scored, key: str = "") -> Entry:
    """Return a scored call as the dataset keeps it."""
    return Entry(key or digest(scored.call.call_id), 0, "content", scored)


def scored_call(call_id: str, agent: Agent, plan: str, number: int) -> Scored:
    """Return a call that goes as ``plan`` says; ``number`` picks its problem and its day."""
    week, done, *extras = plan.split()
    topic = number % len(PROBLEMS)
    turns, known = _turns(done, extras, topic), "U" not in extras
    findings = _findings(turns, done, extras) if known else _unknown()
    points, possible = sum(f.points for f in findings), sum(f.possible for f in findings)
    score = 100 * points / possible if possible else None
    rude = ("service.courtesy",) if "R" in extras else ()
    call = Call(
        call_id, turns, agent, Roles("given", ("agent",), 1.0) if known else Roles(),
        started_at=f"{MONDAY + timedelta(weeks=int(week), days=number % 5)}T09:{10 + number}:00Z",
        customer_type="residential", source=f"calls/{call_id}.json",
    )  # fmt: skip
    mood = (-0.52, -0.31, None, 0.44) if "a" in done else (-0.31, -0.6, -0.2, 0.02)
    passed = None if score is None else score >= 70 and not rude
    return Scored(call, call.roles, findings, {}, _talk(extras), mood, score, passed, rude, STAMP)


def _turns(done: str, extras: Sequence[str], topic: int) -> tuple[Turn, ...]:
    def pick(flag: str, words: tuple[str, str]) -> str:
        return words[flag not in done]

    lines = [
        ("agent", pick("g", GREETING)),
        ("customer", PROBLEMS[topic]),
        ("agent", pick("a", APOLOGIES[topic])),
        ("customer", FEELING),
        ("agent", RUDE if "R" in extras else pick("e", EMPATHY)),
        ("customer", "All right, thank you. It's the one ending in four two."),
        ("agent", "I'll send an engineer tomorrow between nine and twelve. " + pick("f", FURTHER)),
        ("customer", "No, that's all. Bye."),
    ]
    unknown = "U" in extras
    return tuple(
        Turn("unknown" if unknown else role, text, 6.0 * n, 6.0 * n + 5.2, f"Speaker {n % 2 + 1}" if unknown else None)
        for n, (role, text) in enumerate(lines)
    )


def _findings(turns: Sequence[Turn], done: str, extras: Sequence[str]) -> tuple[Finding, ...]:
    def quote(turn: int, words: str = "") -> Evidence:
        text = turns[turn].text
        start = text.index(words)
        return Evidence(turn, start, start + len(words or text), words or text)

    apology = next((words for words in ("so sorry about that", "really sorry", "do apologise", "very sorry")
                    if words in turns[2].text), "")  # fmt: skip
    felt = turns[4].text == EMPATHY[0]
    cuts = int("I" in extras)
    return (
        _mark("core.greeting", 10, "g" in done, "The agent greeted in turn 0.", "No greeting in the first three turns.",
              [quote(0, "Good morning")] if "g" in done else [], (0, 4)),
        _mark("core.apology", 15, "a" in done, "Problem in turn 1; the agent apologised in turn 2.",
              "The customer reported a problem (turn 1) and nobody said sorry for it.",
              [quote(2, apology)] if "a" in done else [quote(1)], (2, 4)),
        _mark("service.empathy", 10, felt, "The customer was upset (turn 3); the agent answered it in turn 4.",
              "The customer was upset (turn 3) and the agent did not answer it.",
              [quote(4)] if felt else [quote(3, "at my wits' end")], (4, 6)),
        Finding("core.interruptions", "met", "The agent cut in once." if cuts else "The agent cut in on nobody.", (),
                None, cuts, 5.0 if cuts else 10.0, 10.0),
        _mark("service.courtesy", 10, "R" not in extras, "No discourteous words.", "Words that blame the customer.",
              [quote(4)] if "R" in extras else [], (0, 7)),
        _mark("service.further_help", 5, "f" in done, "Asked in turn 6.", "Not asked before the end.",
              [quote(6, "anything else")] if "f" in done else [], (4, 7)),
    )  # fmt: skip


def _mark(rule: str, possible: float, met: bool, yes: str, no: str, evidence: list[Evidence], searched: tuple[int, int]
          ) -> Finding:  # fmt: skip
    return Finding(rule, "met" if met else "missed", yes if met else no, tuple(evidence), searched, None,
                   possible if met else 0.0, possible)  # fmt: skip


def _unknown() -> tuple[Finding, ...]:
    return tuple(Finding(card.id, "cannot_tell", "Nobody could tell who the agent is.") for card in CARDS)


def _talk(extras: Sequence[str]) -> Talk:
    cuts = (Interruption(4, 3, "agent", 23.1, 0.6),) if "I" in extras else ()
    if "U" in extras:
        return Talk()
    return Talk(0.46, cuts, len(cuts), (Silence(17.2, 4.0, False, 2),), 148.0, 171.0, None, 0.8)
