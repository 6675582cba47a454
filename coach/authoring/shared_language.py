"""One language for two rulebooks: the words of a call are gone through once, and each side finds its own moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from coach.authoring.changes import WORDS_ONLY, differing_fields
from coach.call import Call
from coach.compiled import Compiled
from coach.language import Hit, Language, Spoken
from coach.rule_models import Moment
from coach.wording import WordLists

# Before the name of a moment as the new rules have it; no file's name holds this character.
ANEW = "\0"
# What decides where the phrases of a moment stand; the rest decides which of these places count.
PHRASES = frozenset({"any_of", "but_not", "pattern"})


class SharedLanguage:
    """One language for two sides, and what it found in the last call."""

    def __init__(self) -> None:
        self._ears: list[Ear] = []
        self._spoken: Spoken | None = None
        self._found: dict[str, list[Hit]] | None = {}
        # Names, one for each side, that must stand at the same places for a call to sound alike.
        self._to_compare: list[tuple[str, str]] = []
        self._never_alike = False

    def ear(self, moments: Sequence[Moment], lists: WordLists, pipeline: str | None, kept: Compiled) -> Ear:
        """Return what hears for one side; the first side comes first. Nothing is made yet that could be kept."""
        self._ears.append(Ear(self, moments, lists, pipeline))
        return self._ears[-1]

    def get_ready(self, kept: Compiled) -> None:
        """Load the matchers, once there is an ear for each side; ``kept`` is what an earlier run made of phrases."""
        first, second = self._ears
        before = {moment.id: moment for moment in first.moments}
        renamed: list[Moment] = []
        for moment in second.moments:
            known = before.get(moment.id)
            fields = set(differing_fields(known, moment)) if known else PHRASES
            if fields & PHRASES:
                renamed.append(moment.model_copy(update={"id": ANEW + moment.id}))
                second.names[moment.id] = ANEW + moment.id
                self._to_compare.append((moment.id, ANEW + moment.id))
            self._never_alike |= bool(fields - PHRASES - WORDS_ONLY) if known else _stands_without_words(moment)
        for gone in before.keys() - second.names.keys():
            self._to_compare.append((gone, ANEW + gone))
            self._never_alike |= _stands_without_words(before[gone])
        self._language = Language([*first.moments, *renamed], first.lists, first.pipeline, kept)
        kept.save()
        for ear in self._ears:
            ear.take(self._language)

    def read(self, call: Call) -> Spoken:
        """Return ``call`` as words; it is read once, whoever asks."""
        if self._spoken is None or self._spoken.call.turns is not call.turns:
            self._spoken = self._language.read(call)
            self._found = None
        return replace(self._spoken, call=call)

    def spans(self, spoken: Spoken) -> Mapping[str, list[Hit]]:
        """Return the places of all phrases, those of both sides."""
        if self._found is None or self._spoken is None or self._spoken.texts is not spoken.texts:
            self._found = self._language.spans(spoken)
        return self._found

    def sounds_alike(self) -> bool:
        """Tell whether the last call gives both sides the same moments."""
        found = self._found or {}
        return not self._never_alike and all(found.get(one) == found.get(other) for one, other in self._to_compare)


class Ear(Language):
    """Finds the moments of one side with the language that both share; ``names`` are their names in that."""

    def __init__(
        self, shared: SharedLanguage, moments: Sequence[Moment], lists: WordLists, pipeline: str | None
    ) -> None:
        self._shared = shared
        self.moments, self.lists, self.pipeline = moments, lists, pipeline
        self.first_names = lists.names
        self.names = {moment.id: moment.id for moment in moments}
        self.unavailable: dict[str, str] = {}

    def take_only(self, moments: Sequence[Moment]) -> None:
        """Find these moments alone."""
        self.moments = moments
        self.names = {moment.id: moment.id for moment in moments}

    def take(self, language: Language) -> None:
        """Hear with ``language`` from now on."""
        self.wording = language.wording
        self._language = language
        missing: dict[str, Any] = language.unavailable
        self.unavailable = {own: missing[name].replace(ANEW, "") for own, name in self.names.items() if name in missing}

    def read(self, call: Call) -> Spoken:
        """Return ``call`` as words."""
        return self._shared.read(call)

    def retold(self, spoken: Spoken, call: Call) -> Spoken:
        """Return ``spoken`` for ``call``, whose roles may have become known."""
        return self._language.retold(spoken, call)

    def spans(self, spoken: Spoken, *, every_side: bool = True) -> dict[str, list[Hit]]:
        """Return the places of the phrases of these moments, by their own names, whoever says them."""
        found = self._shared.spans(spoken)
        return {own: found[name] for own, name in self.names.items() if name in found}


def _stands_without_words(moment: Moment) -> bool:
    return bool(moment.include or moment.signal)
