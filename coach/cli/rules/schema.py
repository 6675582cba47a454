"""``coach rules schema``: what editors need to complete and check rule files."""

from __future__ import annotations

import os
from pathlib import Path

import click

from coach.cli.failing import tells_errors
from coach.errors import CoachError, UsageError

# A file of each kind, as it may stand in a folder of rules.
SUCH_AS = {"moment": "moments/names_price.yml", "rule": "house/price_check.yml", "scorecard": "scorecards/sales.yml"}


@click.command()
@click.argument("kind", metavar="[KIND]", type=click.Choice(list(SUCH_AS)), required=False)
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write it into this folder, as KIND.json; without a KIND, all three.",
)
@tells_errors
def schema(kind: str | None, folder: Path | None) -> None:
    """Print the JSON Schema of a KIND of file in a folder of rules, or write it into a folder.

    KIND is moment, rule or scorecard. An editor that knows it completes keys, shows what they mean, and underlines
    mistakes.

    \b
    Example:
      coach rules schema rule
      coach rules schema -o our-rules/.schemas
    """
    import orjson

    from coach.authoring.schema import KINDS, schema_of

    if folder is None:
        if kind is None:
            raise UsageError("there is more than one kind", remedy=f"Name one of {', '.join(KINDS)}, or -o FOLDER.")
        click.echo(orjson.dumps(schema_of(kind), option=orjson.OPT_INDENT_2).decode())
        return
    kinds = [kind] if kind else list(KINDS)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in kinds:
            (folder / f"{name}.json").write_bytes(orjson.dumps(schema_of(name), option=orjson.OPT_INDENT_2) + b"\n")
            click.echo(f"{folder / f'{name}.json'}")
    except OSError as error:
        raise CoachError(
            f"cannot be written: {error.strerror}", where=str(folder), remedy="Choose another -o."
        ) from None
    pack = _pack_near(folder)
    click.echo("In an editor that uses the YAML language server, put this at the top of a file:")
    for name in kinds:
        example = pack / SUCH_AS[name]
        click.echo(f"  {example}")
        way = os.path.relpath(folder / f"{name}.json", example.parent).replace(os.sep, "/")
        click.echo(f"    # yaml-language-server: $schema={way}")
    click.echo("The path leads from that file to the schema: a file that lies deeper needs another ../ before it.")


def _pack_near(folder: Path) -> Path:
    """Return the folder of rules that the schemas in ``folder`` are for: around it, itself, or beside it."""
    beside = sorted(folder.absolute().parent.glob("*/moments"))
    near = [folder.parent, folder, *(folder.parent / path.parent.name for path in beside)]
    return next((path for path in near if (path / "moments").is_dir()), folder.parent)
