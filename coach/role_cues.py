"""Who the agent is, from what is said: one side greets, offers help and reads back; the other has a problem.

Each moment named in ``rules/roles.yml`` and each run of words and each exchange in ``rules/role_words.json`` speaks for
its speaker being the agent (above 0) or the customer (below 0). The weights add up as log-odds, so the difference
between the two speakers gives the confidence.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coach.call import Call, Roles, Turn
from coach.compiled import NOTHING_KEPT, Compiled
from coach.datafiles import rules_folder
from coach.errors import RuleError
from coach.language import Hit, Spoken
from coach.role_turns import MOST_COUNTED
from coach.role_words import RoleWords, load_role_words
from coach.rule_yaml import Strict, parse

# Nobody is scored by guess: under this the roles stay unknown. Chosen on calls that the weights were not fitted on, so
# that wrong answers stay under one in two hundred (benchmarks/role_fit.py measures it).
LEAST_CONFIDENCE = 0.85
# The two sides hold a call between them; where they have less of its turns than this, the labels name no speakers.
LEAST_SHARE = 0.5
# The odds, as a logarithm, at which roles that the file states are doubted: more than 100 to 1, by the moments alone
# and by all that is weighed. Of 318 service calls with the right roles none gets there, of the same calls with the
# roles exchanged 85 in 100 do.
PLAINLY = 5.0
WRONG_WAY_ROUND = "the roles that the file states may be the wrong way round"
AUTOMATIC = "automatic_voice"
# What makes a talk one of a service. In 4 of 2,183 stretches of ten turns or more of known calls nothing of it is
# heard; two people who settle something between them may go on for long without any.
SERVICE = (
    "acts_for_other", "asks_details", "asks_to_be_served", "bad_news", "complaint", "dictation", "empathy",
    "further_help", "hold", "identification", "looks_up", "offer_of_help", "problem", "returns_from_hold",
    "says_why_they_call", "thanks", "thanks_for_calling", "transfer", "well_wish",
)  # fmt: skip
LONG_TALK = 10
# Who speaks this many words at a time, on average, gives a talk or is interviewed: of 618 known calls none has more
# than 25.4 words a turn, broadcasts have 60 to 220.
MOST_WORDS_A_TURN = 50
NO_WORDS = RoleWords()


class _File(Strict):
    id: str
    weights: dict[str, float]


@dataclass(frozen=True, slots=True)
class RoleCues:
    """``weights``: by moment, the log-odds that who says it is the agent; ``words``: those of runs of words."""

    weights: Mapping[str, float]
    words: RoleWords = NO_WORDS

    def resolve(self, spoken: Spoken, moments: Mapping[str, Sequence[Hit]]) -> Call:
        """Return the call with roles if the evidence is clear, else as it was.

        Speakers are the labels of the file; with fewer than two nothing can be told. Of the two who speak most often
        the one with more evidence is the agent and the other one the customer; anybody else is ``other``. A long talk
        in which nothing of a service is heard may be one between equals, whatever the evidence says: unknown too. So
        is one of long speeches, which is a broadcast or an interview.
        """
        call = spoken.call
        pair = _sides(call.turns, moments.get(AUTOMATIC, ()))
        if len(pair) < 2:
            return call
        evidence = self.evidence(spoken, moments)
        first, second = sorted(pair, key=lambda label: (-evidence.get(label, 0.0), pair.index(label)))
        margin = evidence.get(first, 0.0) - evidence.get(second, 0.0)
        confidence = round(1 / (1 + math.exp(-margin)), 3)
        if sum(len(turn.text.split()) for turn in call.turns) > MOST_WORDS_A_TURN * len(call.turns):
            return replace(call, roles=Roles("unknown", (), min(confidence, 0.5)))
        if len(call.turns) >= LONG_TALK and not any(moments.get(name) for name in SERVICE):
            return replace(call, roles=Roles("unknown", (), min(confidence, 0.5)))
        if confidence < LEAST_CONFIDENCE:
            return replace(call, roles=Roles("unknown", (), confidence))
        turns = tuple(
            turn._replace(role="agent" if _label(turn) == first else "customer" if _label(turn) == second else "other")
            if turn.role == "unknown"
            else turn
            for turn in call.turns
        )
        return replace(call, turns=turns, roles=Roles("content", (first,), confidence))

    def contradiction(self, spoken: Spoken, moments: Mapping[str, Sequence[Hit]]) -> str:
        """Return a warning where what is said plainly contradicts the roles that the file states, else ``""``.

        First only the moments are weighed, which costs next to nothing; the rest has to agree with them.
        """
        turns = spoken.call.turns
        role_of = [turn.role for turn in turns]
        agent = customer = 0.0
        for name, weight in self.weights.items():
            if name in moments:
                roles = [role_of[hit[0]] for hit in moments[name]]
                agent += weight * min(roles.count("agent"), MOST_COUNTED)
                customer += weight * min(roles.count("customer"), MOST_COUNTED)
        if customer - agent < PLAINLY:
            return ""
        telling = [
            (weight, hit)
            for name, weight in self.weights.items()
            for hit in moments.get(name, ())
            if weight > 0 and role_of[hit.turn] == "customer"
        ]
        if not telling:
            return ""
        by_role = tuple(turn._replace(speaker=turn.role) for turn in turns)
        evidence = self.evidence(replace(spoken, call=replace(spoken.call, turns=by_role)), moments)
        if evidence.get("customer", 0.0) - evidence.get("agent", 0.0) < PLAINLY:
            return ""
        heaviest = max(telling, key=lambda pair: pair[0])[1]
        quote = spoken.quote(heaviest).text
        return f'{WRONG_WAY_ROUND}: the one called customer says "{quote}" (turn {heaviest.turn})'

    def evidence(self, spoken: Spoken, moments: Mapping[str, Sequence[Hit]]) -> dict[str, float]:
        """Return the summed log-odds of each speaker label."""
        turns = spoken.call.turns
        sums = self.words.evidence(spoken, moments)
        for name, weight in self.weights.items():
            counts = Counter(_label(turns[hit.turn]) for hit in moments.get(name, ()))
            for label, count in counts.items():
                sums[label] = sums.get(label, 0.0) + weight * min(count, MOST_COUNTED)
        return sums


def load_role_cues(path: Path, known_moments: Iterable[str], kept: Compiled = NOTHING_KEPT) -> RoleCues:
    """Read ``roles.yml`` (or take what it held in an earlier run from ``kept``), and the built-in weights of words.

    Raises:
        RuleError: a file is wrong, or names a moment that does not exist.
    """
    weights = parse(path, _File, kept, id=path.stem).weights
    known = set(known_moments)
    for name in sorted(weights.keys() - known):
        raise RuleError(f"there is no moment {name!r}", where=str(path), remedy="Name a file of moments/ without .yml.")
    return RoleCues(weights, load_role_words(rules_folder() / "role_words.json"))


def _sides(turns: Sequence[Turn], automatic: Sequence[Hit]) -> list[str]:
    """Return the labels of the two sides, who speaks more often first; fewer where the labels name no two sides.

    A recorded voice asks and offers as an agent does, so where three or more speak, whoever sounds like one is left
    out, unless fewer than two would remain.
    """
    heard = Counter(_label(turn) for turn in turns if turn.role != "other" and _label(turn))
    if len(heard) > 2:
        people = heard.keys() - {_label(turns[hit.turn]) for hit in automatic}
        if len(people) >= 2:
            heard = Counter({label: count for label, count in heard.items() if label in people})
    pair = heard.most_common(2)
    labelled = sum(heard.values())
    return [label for label, _ in pair] if sum(count for _, count in pair) >= LEAST_SHARE * labelled else []


def _label(turn: Turn) -> str:
    return turn.speaker or ""
