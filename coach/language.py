"""From a call to its moments: the words of all turns in a row, looked up in one table of all phrases.

The table is that of ``coach.phrases``. Token patterns, the escape hatch of moment files, go to spaCy's ``Matcher`` over
one ``Doc`` of the text as transcribed; without any, it is never made.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import orjson

from coach import english, native
from coach.call import Call, Turn
from coach.compiled import NOTHING_KEPT, Compiled
from coach.errors import UsageError
from coach.flow import Flow, flow_of
from coach.gaps import BREAK, Names
from coach.phrase_table import forget, table_of
from coach.phrases import EITHER, SIDES, Hit, finder, hits_in
from coach.rule_models import Moment
from coach.scored import Evidence
from coach.wording import Wording, WordLists

if TYPE_CHECKING:
    import spacy
    from spacy.matcher import Matcher

# A listening noise is short; four words cover "oh right okay yeah".
LONGEST_BACKCHANNEL = 4
NO_TURNS = Flow((), (), (), (), [], [])
# texts, norms, begins, ends, firsts and lasts of a call, as in ``Spoken``.
CallWords = tuple[list[str], list[str], list[int], list[int], list[int], list[int]]
__all__ = ["Hit", "Language", "Spoken", "hits_in"]
NEEDS_TRAINED = {
    "LEMMA": "lemma",
    "POS": "pos",
    "TAG": "tag",
    "DEP": "dep",
    "MORPH": "morph",
    "ENT_TYPE": "ent_type",
    "ENT_IOB": "ent_type",
    "ENT_ID": "ent_type",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A call as words: token ``i`` of ``texts`` stands at ``begins[i]`` to ``ends[i]`` of its turn's text.

    ``norms`` are the ``texts`` in lower case. A ``BREAK`` ends every turn.
    ``firsts[t]`` is the first token of turn ``t``, ``lasts[t]`` the one after its last word (question marks left out).
    """

    call: Call
    lists: WordLists
    texts: list[str]
    norms: list[str]
    begins: list[int]
    ends: list[int]
    firsts: list[int]
    lasts: list[int]
    backchannels: frozenset[int] = frozenset()
    flow: Flow = NO_TURNS
    # What signals work out of the words, for the next signal: it holds for whatever roles.
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def turn_of(self, token: int) -> int:
        """Return the turn that holds ``token``."""
        return bisect_right(self.firsts, token) - 1

    def hit(self, start: int, end: int) -> Hit:
        """Return the stretch of tokens ``start`` to ``end`` as a place in the transcript."""
        return Hit(self.turn_of(start), self.begins[start], self.ends[end - 1])

    def whole(self, turn: int) -> Hit:
        """Return ``turn`` from its first word to its last; it has to hold one."""
        return self.hit(self.firsts[turn], self.lasts[turn])

    def quote(self, hit: Hit) -> Evidence:
        """Return the exact slice that ``hit`` points at."""
        return Evidence(hit.turn, hit.start, hit.end, self.call.turns[hit.turn].text[hit.start : hit.end])

    def quotes(self, hits: Iterable[Hit]) -> tuple[Evidence, ...]:
        """Return the exact slices that ``hits`` point at."""
        # Of everything that a call may hold: this way takes half the time of calling Evidence.
        new, turns = tuple.__new__, self.call.turns
        return tuple([new(Evidence, (turn, start, end, turns[turn].text[start:end])) for turn, start, end in hits])


class Language:
    """Finds moments.

    Args:
        moments: the moments to find.
        lists: spelling, fillers and marks.
        pipeline: a trained spaCy pipeline's name, for token patterns that need one; ``None`` for the blank one.
        kept: tables of phrases from an earlier run with the same lists and pipeline.

    Raises:
        UsageError: the pipeline is not installed.
    """

    def __init__(
        self,
        moments: Sequence[Moment],
        lists: WordLists,
        pipeline: str | None = None,
        kept: Compiled = NOTHING_KEPT,
    ) -> None:
        self._pipeline = pipeline
        self.wording = Wording(lists, english.norms if pipeline is None else self._norms)
        self._words: Callable[[list[str]], CallWords] = self._words_of
        if (part := native.load("_words")) is not None:
            self._words = part.Words(self.wording.known, self.wording.learn, self.wording.words, BREAK).of
        self._backchannel_words = lists.backchannels
        self._noise_words = lists.noises
        self.first_names = lists.names
        names = Names(lists.names, lists.backchannels | lists.never_names | english.stop_words())
        self._phrases = finder(names)
        self._patterns: list[tuple[str, Matcher]] = []
        self.unavailable = self._missing_attributes(moments)
        for moment in moments:
            lines = (moment.any_of, moment.but_not)
            table = kept.made_plain(orjson.dumps(lines), partial(table_of, *lines, self.wording.of_phrase))
            self._phrases.add(moment.id, table, SIDES[moment.side] if moment.side else EITHER)
            if moment.pattern and moment.id not in self.unavailable:
                self._patterns.append((moment.id, self._matcher(moment)))
        forget()

    def read(self, call: Call) -> Spoken:
        """Return ``call`` as words, with its flow of turns."""
        words = self._words([turn.text for turn in call.turns])
        return self._told(call, self.wording.lists, words, {})

    def retold(self, spoken: Spoken, call: Call) -> Spoken:
        """Return ``spoken`` for ``call``: the same words, with roles that may have become known, and their flow."""
        words = spoken.texts, spoken.norms, spoken.begins, spoken.ends, spoken.firsts, spoken.lasts
        return self._told(call, spoken.lists, words, spoken.memo)

    def spans(self, spoken: Spoken, *, every_side: bool = True) -> dict[str, list[Hit]]:
        """Return every place where a moment's own phrases stand, vetoes applied, in order of place.

        ``every_side``: also where somebody says them who cannot have the moment, which takes longer.
        Where a moment stands around its context is the business of ``coach.moments``.
        """
        turns = spoken.call.turns
        roles = [EITHER] * len(turns) if every_side else [SIDES.get(turn.role, EITHER) for turn in turns]
        hits = self._phrases.hits(
            spoken.texts, spoken.norms, spoken.begins, spoken.ends, spoken.firsts, spoken.lasts, roles
        )
        if self._patterns:
            self._add_patterns(spoken, hits)
        return hits

    def _told(self, call: Call, lists: WordLists, words: CallWords, memo: dict[str, Any]) -> Spoken:
        noises, silent = self._noises(words, call.turns)
        return Spoken(call, lists, *words, noises, flow_of(call.turns, noises | silent), memo)

    def _words_of(self, turns: Sequence[str]) -> CallWords:
        """Return the words of a call whose turns say this; ``coach/_words.c`` does the same."""
        found: CallWords = ([], [], [], [], [], [])
        texts, norms, begins, ends, firsts, lasts = found
        for turn in turns:
            firsts.append(len(texts))
            words = self.wording.words(turn)
            texts += words.texts
            norms += words.norms
            begins += words.begins
            ends += words.ends
            last = len(texts)
            while last > firsts[-1] and texts[last - 1] == "?":
                last -= 1
            lasts.append(last)
            texts.append(BREAK)
            norms.append(BREAK)
            begins.append(len(turn))
            ends.append(len(turn))
        return found

    @cached_property
    def _nlp(self) -> spacy.language.Language:
        return english.pipeline() if self._pipeline is None else _trained(self._pipeline)

    def _matcher(self, moment: Moment) -> Matcher:
        from spacy.matcher import Matcher

        matcher = Matcher(self._nlp.vocab)
        matcher.add(moment.id, [list(pattern) for pattern in moment.pattern])
        return matcher

    def _norms(self, word: str) -> Iterable[str]:
        return [token.norm_.lower() for token in self._nlp.tokenizer(word)]

    def _noises(self, call_words: CallWords, turns: Sequence[Turn]) -> tuple[frozenset[int], frozenset[int]]:
        """Return the turns that are listening noises, and those without a word that can be understood.

        A listening noise is short and made of the words of such noises alone. It runs alongside the other's speech: it
        overlaps it in time, or its speaker only then starts their own turn, or it is no word at all ("mm").
        """
        texts, norms, _, _, firsts, lasts = call_words
        silent: set[int] = set()
        short: list[tuple[int, list[str]]] = []
        for index, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
            if last - first > LONGEST_BACKCHANNEL:
                continue
            if first == last:
                silent.add(index)
            elif norms[first] in self._backchannel_words and texts[last] != "?":
                short.append((index, norms[first:last]))
        noises: set[int] = set()
        for index, words in short:
            if not self._backchannel_words.issuperset(words):
                continue
            before, after = index - 1, index + 1
            while before in silent:
                before -= 1
            while after in silent:
                after += 1
            # Nobody listens in the first turn of a call, or in its last.
            if before < 0 or after == len(turns):
                continue
            goes_on = turns[index].who == turns[after].who or _is_spoken_over(turns[before], turns[index])
            if goes_on or self._noise_words.issuperset(words):
                noises.add(index)
        return frozenset(noises), frozenset(silent)

    def _missing_attributes(self, moments: Sequence[Moment]) -> dict[str, str]:
        """Return the moments that this pipeline cannot find, each with the reason."""
        # The blank pipeline is loaded where one of its words or patterns needs it; a trained one that is not there is
        # an error in any case.
        patterned = [moment for moment in moments if moment.pattern]
        if self._pipeline is None and not patterned:
            return {}
        has = {name for pipe in self._nlp.pipe_names for name in _sets(self._nlp, pipe)}
        missing: dict[str, str] = {}
        for moment in patterned:
            for pattern in moment.pattern:
                lacking = sorted(
                    {NEEDS_TRAINED[key] for token in pattern for key in token if key in NEEDS_TRAINED} - has
                )
                if lacking:
                    missing[moment.id] = (
                        f"The moment '{moment.id}' needs {', '.join(lacking)}, which "
                        f"{self._pipeline_name()} does not give (see --pipeline)."
                    )
        return missing

    def _pipeline_name(self) -> str:
        return f"the pipeline '{self._nlp.meta['name']}'" if self._nlp.pipe_names else "the blank English pipeline"

    def _add_patterns(self, spoken: Spoken, hits: dict[str, list[Hit]]) -> None:
        """Add the matches of token patterns, found on the text as transcribed."""
        from spacy.util import filter_spans

        turns = spoken.call.turns
        offsets = list(accumulate((len(turn.text) + len(BREAK) for turn in turns), initial=0))
        text = BREAK.join(turn.text for turn in turns)
        self._nlp.max_length = max(self._nlp.max_length, len(text) + 1)
        doc = self._nlp(text)
        for number, (turn, offset) in enumerate(zip(turns, offsets, strict=False)):
            stretch = doc.char_span(offset, offset + len(turn.text), alignment_mode="contract")
            if stretch is None:
                continue
            for name, matcher in self._patterns:
                for span in filter_spans(matcher(stretch, as_spans=True)):
                    hits.setdefault(name, []).append(Hit(number, span.start_char - offset, span.end_char - offset))
        for name, _ in self._patterns:
            if name in hits:
                hits[name].sort()


def _trained(name: str) -> spacy.language.Language:
    import spacy

    try:
        return spacy.load(name)
    except OSError:
        raise UsageError(
            f"the spaCy pipeline {name!r} is not installed",
            remedy=f"Install it (python -m spacy download {name}, which needs a network), or leave --pipeline out: "
            "the built-in rules need none.",
        ) from None


def _sets(nlp: spacy.language.Language, pipe: str) -> set[str]:
    given = {
        "tagger": {"tag"},
        "morphologizer": {"pos", "morph"},
        "attribute_ruler": {"pos", "morph"},
        "lemmatizer": {"lemma"},
        "parser": {"dep"},
        "ner": {"ent_type"},
        "entity_ruler": {"ent_type"},
    }
    return given.get(nlp.get_pipe_meta(pipe).factory, set())


def _is_spoken_over(before: Turn, turn: Turn) -> bool:
    """Say whether the other's turn ``before`` goes on after ``turn`` has begun (with times only)."""
    return before.who != turn.who and turn.start is not None and before.end is not None and turn.start < before.end
