"""``coach rules schema``: what editors need to complete and check rule files."""

from __future__ import annotations

from pathlib import Path

import click

from coach.cli.failing import tells_errors


@click.command()
@click.argument("kind", type=click.Choice(["moment", "rule", "scorecard"]), required=False)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the schemas of all kinds into this folder.",
)
@tells_errors
def schema(kind: str | None, folder: Path | None) -> None:
    """Print the JSON Schema of a KIND of rule file, or write all of them.

    An editor that knows it completes keys, shows what they mean, and underlines mistakes.

    \b
    Example:
      coach rules schema rule
      coach rules schema -o our-rules/.schemas
    """
    import orjson

    from coach.authoring.schema import KINDS, schema_of
    from coach.errors import UsageError

    if folder is None:
        if kind is None:
            raise UsageError("there is more than one kind", remedy=f"Name one of {', '.join(KINDS)}, or -o FOLDER.")
        click.echo(orjson.dumps(schema_of(kind), option=orjson.OPT_INDENT_2).decode())
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in KINDS:
        (folder / f"{name}.json").write_bytes(orjson.dumps(schema_of(name), option=orjson.OPT_INDENT_2) + b"\n")
        click.echo(f"{folder / f'{name}.json'}")
    click.echo("In an editor that uses the YAML language server, put this at the top of a file:")
    click.echo(f"  # yaml-language-server: $schema=../{folder.name}/rule.json")
