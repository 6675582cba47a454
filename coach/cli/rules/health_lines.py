"""How the rules do, laid out for a person at a terminal 80 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from coach.authoring.health import LEAST_CALLS, LEAST_LABELS, NEARLY_ALL, Health, RuleHealth
from coach.cli.progress import printable
from coach.cli.sums import counted
from coach.statistics import Rate

WIDTH = 80
NAME_WIDTH = 26
IDS_SHOWN = 5
MOMENTS_SHOWN = 40
HEAD = (
    f"{'':{NAME_WIDTH}}                     not  cannot    met: share and",
    f"{'rule':{NAME_WIDTH}}     met  missed  applic.   tell    95% interval",
)
FLAGS = {
    "never_fires": "Never fire (neither met nor missed in any call)",
    "always_not_applicable": "Always not applicable (the occasion never came)",
    "always_cannot_tell": "Always cannot tell (the transcripts lack what they need)",
    "always_met": "Always met where they apply",
    "always_missed": "Always missed where they apply",
    "nearly_always_met": f"Met in more than {NEARLY_ALL:.0%} of the calls where they apply",
    "nearly_always_missed": f"Missed in more than {NEARLY_ALL:.0%} of the calls where they apply",
    "fires_too_rarely_to_say": f"Too few calls to say: met or missed in fewer than {LEAST_CALLS}",
    "too_few_calls": f"Too few calls to say: fewer than {LEAST_CALLS}",
}


def lines_of(health: Health, *, with_labels: bool) -> Iterator[str]:
    """Yield what to print."""
    yield f"{counted(health.calls, 'call')}, {counted(len(health.rules), 'rule')}."
    if health.earlier:
        were = "was" if health.earlier == 1 else "were"
        yield from _wrapped(
            f"{counted(health.earlier, 'call')} more {were} marked by earlier rules and left out: score them again."
        )
    if not health.rules:
        return
    yield ""
    yield from HEAD
    for rule in health.rules:
        yield from _row(rule)
    told = {flag: [rule for rule in health.rules if flag in rule.flags] for flag in FLAGS}
    # A rule that never fires for one and the same reason is told of under that reason.
    told["never_fires"] = [rule for rule in told["never_fires"] if len(rule.flags) == 1]
    if any(told.values()):
        yield ""
        for flag, rules in told.items():
            if rules:
                yield f"{FLAGS[flag]}:"
                yield from _wrapped(", ".join(printable(rule.rule) for rule in rules), "  ", "  ")
    else:
        yield ""
        yield "Every rule tells calls apart."
    if with_labels:
        yield from _overturned(health.rules)
    yield from _unheard(health)


def _row(rule: RuleHealth) -> Iterator[str]:
    shown = printable(rule.rule)
    if len(shown) > NAME_WIDTH:
        yield from textwrap.wrap(shown, WIDTH)
        shown = ""
    counts = rule.counts
    row = f"{shown:{NAME_WIDTH}} {counts['met']:7,} {counts['missed']:7,} {counts['not_applicable']:8,}"
    yield f"{row} {counts['cannot_tell']:6,}   {_share(rule.met)}".rstrip()


def _overturned(rules: Sequence[RuleHealth]) -> Iterator[str]:
    labelled = [(rule, rule.overturned) for rule in rules if rule.overturned]
    labelled.sort(key=lambda one: (-(one[1].rate.value if one[1].rate else 0.0), -one[1].labels, one[0].rule))
    wrong = [(rule, said) for rule, said in labelled if said.pairs]
    yield ""
    if not labelled:
        yield "Overturned by reviewers: no mark of these calls has a label."
        return
    labels = sum(said.labels for _, said in labelled)
    pairs = sum(len(said.pairs) for _, said in labelled)
    yield f"Overturned by reviewers: {pairs:,} of {counted(labels, 'mark')}."
    if wrong:
        yield f"{'':{NAME_WIDTH}}   labels  overturned   share  95% interval"
    for rule, said in wrong:
        few = "  too few to say" if said.labels < LEAST_LABELS else ""
        often = "  often" if said.often else ""
        row = f"{printable(rule.rule):{NAME_WIDTH}} {said.labels:8,} {len(said.pairs):11,}   {_share(said.rate)}"
        yield f"{row}{few}{often}".rstrip()
        for tool, reviewer, ids in said.ways:
            shown = ", ".join(map(printable, ids[:IDS_SHOWN])) + (", ..." if len(ids) > IDS_SHOWN else "")
            yield from _wrapped(f"{_word(tool)}, reviewers say {_word(reviewer)}: {len(ids):,} ({shown})", "  ", "    ")
    without = [rule.rule for rule, said in labelled if not said.pairs]
    if without:
        yield from _wrapped(f"None overturned: {', '.join(map(printable, without))}.", hang="  ")


def _unheard(health: Health) -> Iterator[str]:
    if health.calls < LEAST_CALLS:
        return
    yield ""
    if health.unheard is None:
        yield from _wrapped(
            "Moments that never occur cannot be listed: the calls were marked by other rules than those at hand. "
            "Name the rule folders with --rules, or score the calls again."
        )
    elif health.unheard:
        names = [printable(name) for name in health.unheard]
        more = f" and {len(names) - MOMENTS_SHOWN:,} more (--json lists them)" if len(names) > MOMENTS_SHOWN else ""
        yield f"{counted(len(names), 'moment')} that no call holds:"
        yield from _wrapped(", ".join(names[:MOMENTS_SHOWN]) + more, "  ", "  ")
    else:
        yield "Every moment occurs in some call."


def _share(rate: Rate | None) -> str:
    if rate is None:
        return f"{'–':>6}"
    return f"{100 * rate.value:5.1f}%  {100 * rate.low:.0f} to {100 * rate.high:.0f}%"


def _word(outcome: str) -> str:
    return outcome.replace("_", " ")


def _wrapped(text: str, first: str = "", hang: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=hang, break_on_hyphens=False)
