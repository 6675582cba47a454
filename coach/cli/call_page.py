"""A call as it was read, laid out for a person at a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coach.call import Agent, Call, Roles, Turn
from coach.cli.sums import counted

HOW = {
    "given": "given by the file",
    "label": "told by the speaker labels",
    "channel": "told by the channel",
    "content": "worked out from what is said",
}
UNKNOWN = "not known who the agent is; say it with --agent-label"
NOBODY_NAMED = "not known who the agent is: the file does not say who speaks"
LACKS = {
    "times": "times, so no pauses, overlaps or talk share",
    "ends": "ends of turns, so no overlaps or talk share",
    "words": "times of single words",
    "punctuation": "punctuation",
}
COLOURS = {"agent": "cyan", "customer": "green", "other": "magenta", "unknown": "yellow"}
# Control characters of a transcript must not reach the terminal as commands, nor those that turn the order of letters.
DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
CONTROLS = {code: "\ufffd" for code in (*range(32), *range(127, 160), *DIRECTIONS)}


def show_call(console: Console, call: Call, limit: int | None) -> None:
    """Write ``call`` to ``console``; ``limit`` is the most turns to show, ``None`` for all."""
    # In one piece, however long: a path with line ends in it cannot be copied.
    console.print(_safe(call.source), style="bold", soft_wrap=True)
    console.print(_facts(call))
    shown = call.turns if limit is None else call.turns[:limit]
    if shown:
        console.print(_turns(shown))
    if len(shown) < len(call.turns):
        console.print(Text(f"  ... {counted(len(call.turns) - len(shown), 'more turn')}", style="dim"))
    console.print()


def roles_in_words(roles: Roles, *, is_labelled: bool = True) -> str:
    """Return in a sentence how it is known who the agent is; ``is_labelled`` where a turn has a speaker's label."""
    if roles.how not in HOW:
        return UNKNOWN if is_labelled else NOBODY_NAMED
    if not roles.agent and roles.how == "given":
        return "the file names no agent"
    who = ", ".join(f'"{label}"' for label in roles.agent) or "nobody"
    sure = "" if roles.confidence >= 1.0 else f" (confidence {roles.confidence:.2f})"
    return f"{HOW[roles.how]}: the agent is {who}{sure}"


def agent_in_words(agent: Agent) -> str:
    """Return the agent's name, id and team, as far as they are known."""
    name = " ".join(part for part in (agent.name, f"({agent.id})" if agent.id and agent.name else agent.id) if part)
    return ", ".join(part for part in (name, agent.team) if part) or "not named"


def clock(seconds: float | None) -> str:
    """Return ``seconds`` as ``1:02:03.4``, ``-`` where the time is not known."""
    if seconds is None:
        return "-"
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    short = f"{minutes}:{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{short.zfill(7)}" if hours else short


def _facts(call: Call) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    rows = [
        ("format", call.format),
        ("call", call.call_id),
        ("agent", agent_in_words(call.agent)),
        ("started", call.started_at or "not known"),
        ("roles", roles_in_words(call.roles, is_labelled=any(turn.speaker is not None for turn in call.turns))),
        ("lacks", "; ".join(LACKS[lack] for lack in call.lacks) or "nothing"),
        *(("warning", warning) for warning in call.warnings),
    ]
    for name, value in rows:
        table.add_row(name, _safe(value), style="yellow" if name == "warning" else "")
    return table


def _turns(turns: tuple[Turn, ...]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(max_width=18, overflow="fold")
    table.add_column(overflow="fold")
    for number, turn in enumerate(turns):
        who = Text(turn.role, style=COLOURS[turn.role])
        if turn.speaker is not None and turn.speaker.casefold() != turn.role:
            who.append(f" {turn.speaker.translate(CONTROLS)}")
        table.add_row(str(number), clock(turn.start), who, _safe(turn.text))
    return table


def _safe(text: str) -> Text:
    """Return ``text`` without markup and without control characters; line ends become blanks."""
    return Text(text.replace("\n", " ").translate(CONTROLS))
