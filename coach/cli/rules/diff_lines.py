"""What a change of rules does, laid out for a person at a terminal 80 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from coach.authoring.changes import Change, RuleChanges
from coach.authoring.compared_call import ComparedCall, Mark, MarkChange
from coach.authoring.difference import NO_RULE, Agent, Figures, RuleDiff, RuleFigures, moved_marks
from coach.cli.progress import printable
from coach.cli.sums import counted

WIDTH = 80
NAME_WIDTH = 24
QUOTE_WIDTH = 60
REASON_WIDTH = 200
# A moment that many rest on changes many rules: so many are named of each.
NAMED = 6
NONE_GIVEN = "(nobody named)"
HOW = {"added": "new", "removed": "gone"}


def lines_of(old: str, new: str, differing: RuleChanges, diff: RuleDiff | None, agents: int) -> Iterator[str]:
    """Yield what to print; ``diff`` is ``None`` where no mark can differ, ``agents`` how many of them to show."""
    yield from _wrapped(f"{printable(old)} → {printable(new)}")
    yield ""
    yield from _differences(differing)
    if diff is None:
        same = "so no mark and no score changes, whatever the calls."
        words = "They differ in words alone, " if differing.rules or differing.moments else "They mark alike, "
        yield f"{words}{same}"
        return
    yield ""
    if not diff.overall.calls:
        yield from _wrapped("Nothing was compared: no call could be read, so this says nothing about what changes.")
        return
    if not diff.changed:
        yield from _wrapped(f"No mark and no score changes on {counted(diff.overall.calls, 'call')}.")
    else:
        share = f"{100 * diff.overall.changed / diff.overall.calls:.1f}%"
        changed = f"{diff.overall.changed:,} of {counted(diff.overall.calls, 'call')} ({share})"
        yield from _wrapped(f"{changed} {'changes' if diff.overall.changed == 1 else 'change'}.")
        if any(change.how in HOW for change in differing.rules):
            # The marks of a rule that only one side has are no change of what calls were told before.
            of_both = f"{diff.in_marks:,} in the mark of a rule that both have"
            yield from _wrapped(f"Of these {diff.in_result:,} in score or result, {of_both}.")
        yield from _overall(diff.overall)
    yield from _marks(diff.rules, differing)
    if not diff.changed:
        return
    yield from _teams(diff)
    yield from _agents(diff.agents, agents)
    yield from _calls(diff)


def _differences(differing: RuleChanges) -> Iterator[str]:
    for what, changes in (("Rules", differing.rules), ("Moments", differing.moments)):
        if changes:
            yield f"{what} that differ:"
            for change in changes:
                yield from _wrapped(_change(change), "  ", "      ")
    if differing.lists:
        yield f"Lists that differ: {', '.join(differing.lists)}"
    if differing.scorecard:
        yield "The scorecard differs:"
        for setting in differing.scorecard:
            said = f"{printable(setting.what)}: {printable(setting.before)} → {printable(setting.after)}"
            yield from _wrapped(said, "  ", "      ")
    if not (differing.rules or differing.moments or differing.lists or differing.scorecard):
        yield "The rules, moments, lists and scorecards are the same."


def _change(change: Change) -> str:
    name = printable(change.id)
    if change.how in ("added", "removed"):
        return f"{name}: {HOW[change.how]}"
    because = []
    if change.fields:
        because.append(f"{_named(change.fields)} changed{'' if change.decides else ', words alone'}")
    if change.moments:
        because.append(f"rests on {_named(change.moments)}")
    return f"{name}: {'; '.join(because)}"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(map(printable, names[:NAMED])) + more


def _overall(figures: Figures) -> Iterator[str]:
    yield ""
    yield f"{'':{NAME_WIDTH}}   before    after   change"
    yield _row("mean score", _one(figures.mean(0)), _one(figures.mean(1)), _signed(figures.change))
    rates = [figures.pass_rate(side) for side in (0, 1)]
    moved = None if rates[0] is None or rates[1] is None else 100 * (rates[1] - rates[0])
    went = f"   {figures.won:,} won, {figures.lost:,} lost"
    row = _row("calls that pass", _percent(rates[0]), _percent(rates[1]), _signed(moved))
    yield row + (went if figures.won or figures.lost else "")
    failed = figures.auto_failed
    yield _row("auto-fails", f"{failed[0]:,}", f"{failed[1]:,}", f"{failed[1] - failed[0]:+,}")
    if figures.scored[0] != figures.scored[1]:
        scored = figures.scored
        yield _row("calls with a score", f"{scored[0]:,}", f"{scored[1]:,}", f"{scored[1] - scored[0]:+,}")


def _marks(rules: Sequence[RuleFigures], differing: RuleChanges) -> Iterator[str]:
    """Yield each rule whose marks move, with examples; then those where only points or words do."""
    shown = [rule for rule in rules if rule.moves]
    if shown:
        yield ""
        yield "Marks:"
    how = {change.id: change.how for change in differing.rules}
    for rule in shown:
        alone = how.get(rule.rule) in ("added", "removed")
        yield from _wrapped(f"{printable(rule.rule)}{f' ({HOW[how[rule.rule]]})' if alone else ''}", "  ", "    ")
        if alone:
            # What each call gets of a rule that only one side has is a count, not a change.
            said = (f"{_word(_standing(move))} {count:,}" for move, count in rule.ordered_moves)
            yield from _wrapped(", ".join(said), "    ", "      ")
        for move, count in rule.ordered_moves:
            if not alone:
                yield f"    {_word(move[0])} → {_word(move[1])}: {counted(count, 'call')}"
            if not alone or _standing(move) in ("met", "missed"):
                for call_id, change in rule.examples[move]:
                    yield from _example(call_id, change)
    repointed = [f"{printable(rule.rule)} {rule.repointed:,}" for rule in rules if rule.repointed]
    if repointed:
        yield ""
        yield from _wrapped(f"Same mark, other points (calls): {', '.join(repointed)}.", hang="  ")
    reworded = [f"{printable(rule.rule)} {rule.reworded:,}" for rule in rules if rule.reworded]
    if reworded:
        yield ""
        yield from _wrapped(f"Same mark, other reason or quote (calls): {', '.join(reworded)}.", hang="  ")


def _standing(move: tuple[str, str]) -> str:
    return move[0] if move[1] == NO_RULE else move[1]


def _example(call_id: str, change: MarkChange) -> Iterator[str]:
    mark = change.after or change.before
    if mark is not None:
        yield from _wrapped(f"{printable(call_id)}: {_why(mark)}", "      ", "        ")


def _why(mark: Mark) -> str:
    reason = textwrap.shorten(_plain(mark.reason), REASON_WIDTH, placeholder=" …")
    if mark.turn is None:
        return reason
    return f"{reason} Turn {mark.turn}: “{textwrap.shorten(_plain(mark.quote), QUOTE_WIDTH, placeholder=' …')}”"


def _teams(diff: RuleDiff) -> Iterator[str]:
    if [team for team, _ in diff.teams] != [None]:
        yield ""
        yield from _table("Teams", [(team or "(no team named)", figures) for team, figures in diff.teams])


def _agents(agents: Sequence[Agent], most: int) -> Iterator[str]:
    moved = [agent for agent in agents if agent.figures.changed]
    if not moved or not most or [agent.key for agent in agents] == [None]:
        return
    yield ""
    yield from _table("Agents", [(_name(agent), agent.figures) for agent in moved[:most]])
    if len(moved) > most:
        yield f"  and {len(moved) - most:,} more whose calls change (--agents {len(moved)} shows them)"
    if len(agents) > len(moved):
        yield f"  {counted(len(agents) - len(moved), 'agent')} without a change"


def _name(agent: Agent) -> str:
    if agent.key is None:
        return NONE_GIVEN
    return agent.key if not agent.name or agent.name == agent.key else f"{agent.key} {agent.name}"


def _table(head: str, rows: Sequence[tuple[str, Figures]]) -> Iterator[str]:
    yield f"{head:{NAME_WIDTH}}    calls  changed  before   after  change   passes"
    for name, figures in rows:
        shown = printable(name)
        if len(shown) > NAME_WIDTH:
            shown = f"{shown[: NAME_WIDTH - 1]}…"
        passes = "" if figures.won == figures.lost == 0 else f"+{figures.won:,} -{figures.lost:,}"
        before, after = (_one(figures.mean(side)) for side in (0, 1))
        counts = f"{figures.calls:7,}  {figures.changed:7,}"
        row = f"{shown:{NAME_WIDTH}}  {counts}  {before:>6}  {after:>6}  {_signed(figures.change):>6}"
        yield f"{row}   {passes}".rstrip()


def _calls(diff: RuleDiff) -> Iterator[str]:
    calls = diff.calls
    if not calls:
        return
    yield ""
    most = "The calls that change most:" if len(calls) < diff.overall.changed else "The calls that change:"
    yield most
    for call in calls:
        yield from _wrapped(_call(call), "  ", "    ")
        for change in moved_marks(call.marks):
            before, after = (mark.outcome if mark else NO_RULE for mark in (change.before, change.after))
            yield from _wrapped(f"{printable(change.rule)}: {_word(before)} → {_word(after)}", "    ", "      ")
    left = diff.overall.changed - len(calls)
    if left:
        yield f"  and {counted(left, 'call')} more (--calls {diff.overall.changed} shows them)"


def _call(call: ComparedCall) -> str:
    who = call.agent_name or call.agent_id
    said = f"{printable(call.call_id)}{f' ({printable(who)})' if who else ''}: "
    said += f"{_one(call.before.score)} → {_one(call.after.score)}"
    if call.before.passed != call.after.passed:
        said += {True: ", passes now", False: ", fails now"}.get(bool(call.after.passed), "")
    new = [rule for rule in call.after.auto_fail if rule not in call.before.auto_fail]
    gone = [rule for rule in call.before.auto_fail if rule not in call.after.auto_fail]
    said += f", auto-fail by {_named(new)}" if new else ""
    return said + (f", no more an auto-fail by {_named(gone)}" if gone else "")


def _row(name: str, before: str, after: str, change: str) -> str:
    return f"{name:{NAME_WIDTH}} {before:>8} {after:>8} {change:>8}"


def _one(value: float | None) -> str:
    return "–" if value is None else f"{round(value, 1) + 0.0:.1f}"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{round(value, 1) + 0.0:+.1f}"


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.1f}%"


def _word(outcome: str) -> str:
    return outcome.replace("_", " ")


def _plain(text: str) -> str:
    return printable(" ".join(text.split()))


def _wrapped(text: str, first: str = "", hang: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=hang, break_on_hyphens=False)
