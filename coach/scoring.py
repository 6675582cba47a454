"""One call in, its marks out: doc, moments, roles, talk, mood, findings, points."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path

from coach import __version__
from coach.call import Call
from coach.checks import OVER_MANY_CALLS, Panel, judge
from coach.checks.occasion import Heard
from coach.compiled import NOTHING_KEPT, Compiled, nothing_collected
from coach.datafiles import rules_folder
from coach.language import Hit, Language, Spoken
from coach.moments import Settling
from coach.role_cues import RoleCues, load_role_cues
from coach.roles import named_after_label
from coach.rule_models import Moment, Rule
from coach.rulebook import Rulebook, last_with, needed_moments
from coach.rulebook import load as load_rulebook
from coach.scorecard import Marks, Scorecard, mark, not_eligible
from coach.scorecards import Scorecards, load_all
from coach.scored import DEFAULT_CARD, Evidence, Finding, Quoted, RuleCard, Scored, StoredCard, Talk
from coach.sentiment import Mood, Quarters
from coach.talk import talk_of
from coach.tongue import Foreign, foreign
from coach.wording import WordLists, load_word_lists

# The contract names these: they are listed in every scored call, found or not.
FIXED_MOMENTS = frozenset((
    "apology", "empathy", "further_help", "goodbye", "greeting", "hold", "identification", "offer_of_help",
    "problem", "thanks", "transfer", "well_wish",
))  # fmt: skip
# A silence after one of these was announced.
ANNOUNCE_A_WAIT = ("hold", "looks_up")
UNKNOWN_ROLES = "It cannot be told who the agent is; a person has to look at this call."


class Scorer:
    """Scores calls; loads rules once and keeps no state from call to call. For one thread at a time."""

    def __init__(
        self, rulebook: Rulebook, scorecards: Scorecards, language: Language, mood: Mood, cues: RoleCues
    ) -> None:
        self.rulebook = rulebook
        self.scorecards = scorecards
        self.language = language
        self._mood = mood
        self._cues = cues
        self._marking = tuple(rule for rule in rulebook.rules if rule.check not in OVER_MANY_CALLS)
        self._panel = Panel(self._marking)
        self._needed = {rule.id: needed_moments(rule, rulebook) for rule in rulebook.rules}
        self._settling = Settling(rulebook.moments)
        self.stamp: Mapping[str, str] = {"coach": __version__, "rules": rulebook.hash}

    @classmethod
    @nothing_collected()
    def load(
        cls,
        rules_dirs: Sequence[Path] = (),
        pipeline: str | None = None,
        scorecard: str | None = None,
        language: Callable[[Sequence[Moment], WordLists, str | None, Compiled], Language] = Language,
    ) -> Scorer:
        """Return a scorer with the built-in rules, and those of ``rules_dirs`` on top.

        ``scorecard``: the id of the card that every call gets, whatever the cards say. ``language`` makes what finds
        the moments.

        Raises:
            RuleError: a rule file is wrong.
            UsageError: the pipeline is not installed, or there is no such scorecard.
        """
        folders = [rules_folder(), *rules_dirs]
        rulebook = load_rulebook(folders)
        kept_lists = Compiled.of("lists", folders)
        scorecards = load_all(folders, kept_lists)
        if scorecard is not None:
            scorecards = scorecards.for_every_call(scorecard)
        for choice in (pipeline, scorecard and f"scorecard={scorecard}"):
            if choice:
                # Another pipeline may find other moments, another card gives other points.
                digest = hashlib.sha256(f"{rulebook.hash} {choice}".encode()).hexdigest()
                rulebook = rulebook._replace(hash=f"sha256:{digest}")
        words = last_with(folders, "words.yml")
        lists = load_word_lists(words, kept_lists)
        # A trained pipeline may part words in another way, and change without a new name.
        kept = Compiled.of("phrases", folders, words.read_bytes()) if pipeline is None else NOTHING_KEPT
        ear = language(rulebook.moments, lists, pipeline, kept)
        kept.save()
        mood = Mood(last_with(folders, "lexicon.yml"), kept_lists)
        cues = load_role_cues(last_with(folders, "roles.yml"), [moment.id for moment in rulebook.moments], kept_lists)
        kept_lists.save()
        return cls(rulebook, scorecards, ear, mood, cues)

    @property
    def scorecard(self) -> Scorecard:
        """The default scorecard."""
        return self.scorecards.default

    def other_scorecards(self) -> Mapping[str, StoredCard]:
        """Return what reports need to know of the scorecards beside the default one, by id."""
        return {card.id: _stored(card) for card in self.scorecards.others}

    def rule_cards(self) -> tuple[RuleCard, ...]:
        """Return what reports need to know of each rule, in the order of the default scorecard, unscored rules last."""
        order = {rule: place for place, rule in enumerate(self.scorecard.rules)}
        rules = sorted(self.rulebook.rules, key=lambda rule: (order.get(rule.id, len(order)), rule.id))
        return tuple(self._rule_card(rule) for rule in rules)

    def with_roles(self, call: Call) -> Call:
        """Return ``call`` with roles worked out from what is said, if the file does not say and it can be told."""
        if call.roles.how != "unknown":
            return call
        return self.hear(call).spoken.call

    def hear(self, call: Call) -> Heard:
        """Return everything that checks look at; roles are worked out where the file does not give them."""
        call, unread = self._known(call)
        spoken = self.language.read(call)
        if unread:
            return self._unheard(spoken, unread)
        spans = self.language.spans(spoken, every_side=False)
        return self._heard(spoken, spans, self.settled(spans, spoken))

    def hear_all(self, calls: Sequence[Call]) -> list[Heard]:
        """Return what ``hear`` does, of each of ``calls``.

        All of them go through a stage before the first goes on: what a stage looks things up in then stays at hand.
        """
        known = [self._known(call) for call in calls]
        spoken = [self.language.read(call) for call, _ in known]
        spans = [
            {} if unread else self.language.spans(one, every_side=False)
            for one, (_, unread) in zip(spoken, known, strict=True)
        ]
        moments = [self.settled(own, one) for own, one in zip(spans, spoken, strict=True)]
        heard = zip(spoken, spans, moments, known, strict=True)
        return [
            self._unheard(one, unread) if unread else self._heard(one, own, found)
            for one, own, found, (_, unread) in heard
        ]

    def _known(self, call: Call) -> tuple[Call, Foreign | None]:
        """Return ``call`` with the role of who is called by name, and why its words count for nothing, if they do."""
        call = named_after_label(call, self.language.first_names)
        unread = foreign(call)
        return (replace(call, warnings=(*call.warnings, unread.warning)) if unread else call), unread

    def _unheard(self, spoken: Spoken, unread: Foreign) -> Heard:
        # Word for word it would be misread: another language has false friends of ours.
        return Heard(spoken, {}, talk_of(spoken.call, (), spoken.backchannels), (None,) * 4, unread.reason)

    def _heard(self, spoken: Spoken, spans: Mapping[str, Sequence[Hit]], moments: dict[str, tuple[Hit, ...]]) -> Heard:
        call = spoken.call
        if call.roles.how == "unknown":
            resolved = self._cues.resolve(spoken, moments)
            spoken = self.language.retold(spoken, named_after_label(resolved, self.language.first_names))
            moments = self.settled(spans, spoken)
            call = spoken.call
        elif doubt := self._cues.contradiction(spoken, moments):
            call = replace(call, warnings=(*call.warnings, doubt))
            spoken = replace(spoken, call=call)
        announced = (hit for name in ANNOUNCE_A_WAIT for hit in moments.get(name, ()))
        holds = {hit.turn for hit in announced if call.turns[hit.turn].role == "agent"}
        return Heard(spoken, moments, *self.figures(call, holds, spoken.backchannels))

    def settled(self, spans: Mapping[str, Sequence[Hit]], spoken: Spoken) -> dict[str, tuple[Hit, ...]]:
        """Return the moments of a call; ``spans`` are the places where their own phrases stand."""
        return self._settling.of(spans, spoken)

    def figures(self, call: Call, holds: Set[int], backchannels: frozenset[int]) -> tuple[Talk, Quarters]:
        """Return how ``call`` was talked and felt; ``holds`` are the turns in which the agent announces a wait."""
        return talk_of(call, holds, backchannels), self._mood.quarters(call, backchannels)

    def finding(self, rule: Rule, heard: Heard) -> Finding:
        """Return the mark of one rule, points not yet set."""
        reason = self._cannot_tell(rule, heard)
        return Finding(rule.id, "cannot_tell", reason) if reason else judge(rule, heard)

    def findings(self, heard: Heard) -> list[Finding]:
        """Return the mark of every rule that marks single calls, points not yet set."""
        if heard.foreign or heard.spoken.call.roles.how == "unknown" or self.language.unavailable:
            return [self.finding(rule, heard) for rule in self._marking]
        return self._panel.judge(heard)

    def score(self, call: Call) -> Scored:
        """Return ``call`` with its marks, by the scorecard that it gets."""
        card, heard = self.scorecards.card_for(call), self.hear(call)
        return self._scored(heard, card, self._marks(heard, card), self.listed(heard))

    def score_all(self, calls: Sequence[Call]) -> list[Scored]:
        """Return each of a few ``calls`` with its marks; it takes less time than one after the other."""
        cards, heard = [self.scorecards.card_for(call) for call in calls], self.hear_all(calls)
        marks = [self._marks(one, card) for one, card in zip(heard, cards, strict=True)]
        listed = [self.listed(one) for one in heard]
        return list(map(self._scored, heard, cards, marks, listed))

    def _marks(self, heard: Heard, card: Scorecard) -> Marks:
        barred = not_eligible(heard.spoken.call.turns, card)
        unjudged = [Finding(rule.id, "cannot_tell", barred) for rule in self._marking] if barred else None
        return mark(unjudged or self.findings(heard), card)

    def _scored(
        self, heard: Heard, card: Scorecard, marks: Marks, moments: Mapping[str, tuple[Evidence, ...]]
    ) -> Scored:
        call = heard.spoken.call
        return Scored(
            call=call,
            roles=call.roles,
            findings=marks.findings,
            moments=moments,
            talk=heard.talk,
            mood=heard.mood,
            score=marks.score,
            passed=marks.passed,
            auto_fail=marks.auto_fail,
            stamp=self.stamp if card.id == DEFAULT_CARD else {**self.stamp, "scorecard": card.id},
        )

    def listed(self, heard: Heard) -> Mapping[str, tuple[Evidence, ...]]:
        """Return the moments of a call as its results list them: with their words, and the fixed ones in any case."""
        moments = heard.moments
        names = sorted(moments.keys() | FIXED_MOMENTS)
        return Quoted({name: moments.get(name, ()) for name in names}, [turn.text for turn in heard.spoken.call.turns])

    def _cannot_tell(self, rule: Rule, heard: Heard) -> str | None:
        """Return why ``rule`` cannot be judged on a call, or ``None``."""
        if heard.foreign and rule.rests_on_words:
            return heard.foreign
        if heard.spoken.call.roles.how == "unknown":
            return UNKNOWN_ROLES
        unavailable = self.language.unavailable
        if not unavailable:
            return None
        return next((unavailable[name] for name in self._needed[rule.id] if name in unavailable), None)

    def _rule_card(self, rule: Rule) -> RuleCard:
        return RuleCard(
            id=rule.id,
            title=rule.title,
            section=self.scorecard.section_of(rule.id),
            source=rule.source,
            coach=rule.coach,
            say_instead=rule.say_instead,
            possible=self.scorecard.points_of(rule.id),
            kind=rule.check,
            by=rule.by,
            gap=rule.gap or 0.0,
        )


def _stored(card: Scorecard) -> StoredCard:
    sections = {rule: section.name for section in card.sections for rule in section.rules}
    rules = {rule: (sections[rule], points) for rule, points in card.rules.items()}
    return StoredCard(card.name, card.version, card.pass_mark, rules)
