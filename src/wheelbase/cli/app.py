"""The list of commands."""

from typing import Annotated

import typer

from wheelbase import __version__
from wheelbase.cli import (
    catalogue_commands,
    cell_commands,
    charge_commands,
    cite_commands,
    compare_commands,
    cost_commands,
    docs_commands,
    explain_commands,
    export_commands,
    fit_commands,
    hindcast_commands,
    import_commands,
    pack_commands,
    packaging_commands,
    partner_commands,
    plan_commands,
    query_commands,
    references_commands,
    replay_commands,
    simulate_commands,
    sound_commands,
    studio_commands,
    study_commands,
    sweep_commands,
    when_commands,
)

__all__ = ["app"]

app = typer.Typer(
    name="wheelbase",
    help="One flexible vehicle architecture or a bespoke EV platform: which, when, with whom.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"wheelbase {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


app.command("demo")(study_commands.demo)
app.command("check")(study_commands.check)
app.command("run")(study_commands.run)
app.command("report")(study_commands.report)
app.command("explain")(explain_commands.explain)
app.command("cite")(cite_commands.cite)
app.command("compare")(compare_commands.compare)
app.command("query")(query_commands.query)
app.command("replay")(replay_commands.replay)
app.command("export")(export_commands.export)
app.command("fit")(fit_commands.fit)
app.command("pack")(pack_commands.pack)
app.command("cost")(cost_commands.cost)
app.command("partner")(partner_commands.partner)
app.command("plan")(plan_commands.plan)
app.command("hindcast")(hindcast_commands.hindcast)
app.command("when")(when_commands.when)
app.command("charge")(charge_commands.charge)
app.command("sound")(sound_commands.sound)
app.command("sweep")(sweep_commands.sweep)
app.command("front")(sweep_commands.front)
app.command("sensitivity")(sweep_commands.sensitivity)
app.command("studio")(studio_commands.studio)
app.command("docs")(docs_commands.docs)
catalogue_commands.app.command("cell")(cell_commands.derive)
app.add_typer(catalogue_commands.app, name="catalogue")
app.command("simulate")(simulate_commands.simulate)
simulate_commands.validate_app.command("charging")(charge_commands.charging)
simulate_commands.validate_app.command("packaging")(packaging_commands.packaging)
simulate_commands.validate_app.command("packs")(pack_commands.packs)
simulate_commands.validate_app.command("references")(references_commands.references)
app.add_typer(simulate_commands.validate_app, name="validate")
app.add_typer(import_commands.app, name="import")
