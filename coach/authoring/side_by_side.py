"""Two rule sets on the same calls: what both hear alike is heard once.

Most of the time of a call goes into finding phrases. Both sides share one ``Language`` that holds the moments of the
old rulebook and, under names of their own, those of the new one that sound different; so the words of a call are
gone through once. Where a call sounds the same to both, it is not heard again at all.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path
from typing import cast

from coach.authoring.changes import RuleChanges, changed_moments, changes_between
from coach.authoring.shared_language import Ear, SharedLanguage
from coach.call import Call, Turn
from coach.checks.occasion import Heard
from coach.compiled import NOTHING_KEPT, Compiled
from coach.datafiles import rules_folder
from coach.language import Hit, Spoken
from coach.moments import Settling
from coach.role_cues import AUTOMATIC, SERVICE, RoleCues
from coach.role_turns import KIND_MOMENTS
from coach.rule_models import Moment, Rule
from coach.rulebook import STACKING, last_with, needed_moments
from coach.scored import Evidence, Finding, Scored, Talk
from coach.scoring import ANNOUNCE_A_WAIT, Scorer
from coach.sentiment import Quarters

# What roles are told by, besides the moments of roles.yml.
ROLE_MOMENTS = (AUTOMATIC, *SERVICE, *sorted(KIND_MOMENTS))


class SideBySide:
    """Scores calls by two stacks of rule folders; loads them when the first call comes.

    ``score`` gives the very marks that two scorers would, each on its own. Rules whose marks are the same by both and
    worth no points are left out.
    """

    def __init__(self, old: Sequence[Path], new: Sequence[Path], pipeline: str | None = None) -> None:
        self._old, self._new = tuple(old), tuple(new)
        self._pipeline = pipeline

    def score(self, call: Call) -> tuple[Scored, Scored]:
        """Return ``call`` with the marks of the old rules, and with those of the new ones."""
        first, second = self._to_work_roles_out if call.roles.how == "unknown" else self._with_roles_given
        return first.score(call), second.score(call)

    @functools.cached_property
    def _with_roles_given(self) -> tuple[Scorer, Scorer]:
        return self._loaded(_no_moments)

    @functools.cached_property
    def _to_work_roles_out(self) -> tuple[Scorer, Scorer]:
        return self._loaded(_role_moments)

    def _loaded(self, besides: Callable[[_Side], set[str]]) -> tuple[Scorer, Scorer]:
        """Return both scorers; ``besides`` are the moments on which every mark of a call rests."""
        unlike = unlike_lists(self._old, self._new)
        if "words.yml" in unlike:
            # The words of a call are other words to each.
            return Scorer.load(self._old, self._pipeline), Scorer.load(self._new, self._pipeline)
        shared = SharedLanguage()
        first = cast(_First, _First.load(self._old, self._pipeline, language=shared.ear))
        second = cast(_Second, _Second.load(self._new, self._pipeline, language=shared.ear))
        if not unlike - {"scorecard.yml"}:
            needed = besides(first) | besides(second)
            relevant = _relevant(first, second, needed)
            first.keep(relevant, needed)
            second.keep(relevant, needed)
        stack = [rules_folder(), *self._old, *self._new]
        kept = Compiled.of("phrases", stack, last_with(stack, "words.yml").read_bytes())
        shared.get_ready(kept if self._pipeline is None else NOTHING_KEPT)
        second.first = first
        second.shared = shared if not unlike & {"lexicon.yml", "roles.yml"} else None
        moved = {one.id for one in changed_moments(first.rulebook.moments, second.rulebook.moments) if one.decides}
        second.moved = tuple(moment for moment in second.rulebook.moments if moment.id in moved)
        if first.language.unavailable == second.language.unavailable:
            second.same_rules = {rule.id for rule in second.rulebook.rules if rule == first.rulebook.rule(rule.id)}
        return first, second


def changes(old: Sequence[Path], new: Sequence[Path], pipeline: str | None = None) -> RuleChanges:
    """Return what differs between two stacks of rule folders, the built-in ones below each.

    Raises:
        RuleError: a rule file of either is wrong.
    """
    unheard = SharedLanguage()
    first, second = (Scorer.load(folders, pipeline, language=unheard.ear) for folders in (old, new))
    lists = unlike_lists(old, new) - {"scorecard.yml"}
    return changes_between(first.rulebook, second.rulebook, first.scorecards, second.scorecards, lists)


def unlike_lists(old: Sequence[Path], new: Sequence[Path]) -> set[str]:
    """Return the names of the files beside the rules that are not the same in both stacks."""
    stacks = [[rules_folder(), *folders] for folders in (old, new)]
    return {name for name in STACKING if len({last_with(stack, name).read_bytes() for stack in stacks}) > 1}


def _no_moments(side: _Side) -> set[str]:
    return set()


def _role_moments(side: _Side) -> set[str]:
    return {*ROLE_MOMENTS, *side.cues.weights}


def _relevant(first: Scorer, second: Scorer, besides: Set[str]) -> set[str]:
    """Return the rules that may get another mark, and those that a score is made of: all others are equal to both."""
    old, new = ({card.id: (card.eligibility, card.applies_to) for card in one.scorecards} for one in (first, second))
    differing = changes_between(first.rulebook, second.rulebook, first.scorecards, second.scorecards, ())
    everywhere = {*besides, *ANNOUNCE_A_WAIT}
    if old != new or any(moment.decides and moment.id in everywhere for moment in differing.moments):
        # Whether a call may be judged, who the agent is, and which silence was announced may move any mark.
        return {rule.id for rule in (*first.rulebook.rules, *second.rulebook.rules)}
    cards = [*first.scorecards, *second.scorecards]
    return {one.id for one in differing.rules} | {rule for card in cards for rule in (*card.rules, *card.auto_fail)}


class _Side(Scorer):
    """A scorer of some of its rules, which lists no moments."""

    @property
    def cues(self) -> RoleCues:
        """What roles are told by."""
        return self._cues

    def keep(self, rules: Set[str], besides: Set[str]) -> None:
        """Leave out all rules but these, and the moments on which neither they nor ``besides`` rest."""
        self._marking = tuple(rule for rule in self._marking if rule.id in rules)
        named = {name for rule in self._marking for name in needed_moments(rule, self.rulebook)}
        named |= {*ANNOUNCE_A_WAIT, *besides}
        # In order of need, so that going backwards every moment comes after those that need it.
        for moment in reversed(self.rulebook.moments):
            named |= set(moment.needs) if moment.id in named else set()
        moments = tuple(moment for moment in self.rulebook.moments if moment.id in named)
        self.rulebook = self.rulebook._replace(moments=moments)
        self._settling = Settling(moments)
        cast(Ear, self.language).take_only(moments)

    def findings(self, heard: Heard) -> list[Finding]:
        return [self.finding(rule, heard) for rule in self._marking]

    def listed(self, heard: Heard) -> dict[str, tuple[Evidence, ...]]:
        return {}


class _First(_Side):
    """Remembers what it heard last, and what it made of it."""

    heard: tuple[Call, Heard] | None = None
    figured: tuple[Sequence[Turn], Set[int], Set[int], tuple[Talk, Quarters]] | None = None
    found: dict[str, Finding]

    def hear(self, call: Call) -> Heard:
        heard = super().hear(call)
        self.heard, self.found = (call, heard), {}
        return heard

    def figures(self, call: Call, holds: Set[int], backchannels: frozenset[int]) -> tuple[Talk, Quarters]:
        figures = super().figures(call, holds, backchannels)
        self.figured = (call.turns, holds, backchannels, figures)
        return figures

    def finding(self, rule: Rule, heard: Heard) -> Finding:
        self.found[rule.id] = super().finding(rule, heard)
        return self.found[rule.id]


class _Second(_Side):
    """Takes from ``first`` what is the same to both. ``shared`` is ``None`` where nothing that is heard may be."""

    first: _First
    shared: SharedLanguage | None = None
    same_rules: Set[str] = frozenset()
    # The moments that may stand elsewhere than for the first, those that they rest on before them.
    moved: Sequence[Moment] = ()

    def hear(self, call: Call) -> Heard:
        if self.shared and self.first.heard and self.first.heard[0] is call and self.shared.sounds_alike():
            return self.first.heard[1]
        return super().hear(call)

    def settled(self, spans: Mapping[str, Sequence[Hit]], spoken: Spoken) -> dict[str, tuple[Hit, ...]]:
        before = self.first.heard[1] if self.first.heard else None
        if before is None or before.foreign or before.spoken.call.turns is not spoken.call.turns:
            # Another call, or the same one with roles that are told in another way.
            return super().settled(spans, spoken)
        own = self._own_moments
        known = {name: hits for name, hits in before.moments.items() if name in own}
        return self._settling_moved.of(spans, spoken, known)

    @functools.cached_property
    def _settling_moved(self) -> Settling:
        return Settling(self.moved)

    @functools.cached_property
    def _own_moments(self) -> Set[str]:
        return {moment.id for moment in self.rulebook.moments} - {moment.id for moment in self.moved}

    def figures(self, call: Call, holds: Set[int], backchannels: frozenset[int]) -> tuple[Talk, Quarters]:
        known = self.first.figured
        if self.shared and known and known[0] is call.turns and known[1:3] == (holds, backchannels):
            return known[3]
        return super().figures(call, holds, backchannels)

    def finding(self, rule: Rule, heard: Heard) -> Finding:
        # The first may not have been asked, where its scorecard bars the call.
        known = self.first.found.get(rule.id) if rule.id in self.same_rules and self.first.heard else None
        if known is not None and self.first.heard and self._sounds_alike(rule, self.first.heard[1], heard):
            return known
        return super().finding(rule, heard)

    def _sounds_alike(self, rule: Rule, before: Heard, heard: Heard) -> bool:
        """Tell whether all that ``rule`` looks at is the same in both."""
        return heard is before or (
            heard.spoken.call.turns is before.spoken.call.turns
            and heard.talk is before.talk
            and heard.mood is before.mood
            and heard.foreign == before.foreign
            and all(heard.moments.get(name) == before.moments.get(name) for name in self._needed[rule.id])
        )
