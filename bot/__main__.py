"""The command line: `python -m bot --help` lists the verbs."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import without_tensorflow
from bot.settings import ROOT, settings

app = typer.Typer(
    help="Jobsamtale: run it, talk with it, check it, and keep it. Settings come from the environment.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command()
def run() -> None:
    """Open the assistant: knowledge, model, servers and page, until Ctrl-C."""
    from bot import supervisor

    raise typer.Exit(supervisor.run())


@app.command()
def telegram() -> None:
    """Open the assistant, in Telegram too: needs TELEGRAM_TOKEN (docs/telegram.md says where it comes from)."""
    from bot import supervisor

    if settings().telegram_token is None:
        raise supervisor.CannotStart(
            "TELEGRAM_TOKEN is not set. Ask @BotFather in Telegram for one (/newbot), then:\n"
            "    TELEGRAM_TOKEN=… make telegram"
        )
    raise typer.Exit(supervisor.run())


@app.command()
def talk(language: Annotated[str, typer.Option(help="da or en, to begin in")] = "da") -> None:
    """Talk in the terminal, through the same door as everyone else."""
    from bot import terminal

    terminal.talk(language)


@app.command()
def load() -> None:
    """Load the content files into the database: all of them, or none where one is broken."""
    from knowledge.store import Store

    settings().data_folder.mkdir(parents=True, exist_ok=True)
    print(Store(settings().database).load(ROOT / "knowledge"))


@app.command()
def train() -> None:
    """Train the model from config.yml, dialogues/ and nlu/, changed or not."""
    from bot import training

    print(f"Trained {training.train(settings().models)}")


@app.command()
def check() -> None:
    """Look for faults in content, dialogues and training data, naming file, line and mend."""
    from knowledge.cases import check_cases
    from knowledge.personas import read_personas
    from knowledge.schema import read_content
    from nlu.practice.stigma import read_wordings

    check_cases(read_content(ROOT / "knowledge"), ROOT / "knowledge")
    read_personas()
    read_wordings()
    import subprocess

    from bot.settings import child_environment

    validate = [sys.executable, "-m", "rasa", "data", "validate", "--fail-on-warnings"]
    places = ["--domain", "dialogues/domain", "--data", "dialogues/stories", "nlu"]
    raise typer.Exit(subprocess.run([*validate, *places], cwd=ROOT, env=child_environment()).returncode)


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Option(help="where the report goes")] = ROOT / "data" / "reports",
) -> None:
    """Measure understanding, redaction and crisis signs on held-out lines; write a report."""
    from bot import logs, measuring

    logs.configure()
    measuring.evaluate(folder)


@app.command()
def preview(
    question: Annotated[str, typer.Argument(help="what somebody might ask")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the day, today if left out")] = None,
    reader: Annotated[str, typer.Option("--as", help="citizen, employer or caseworker")] = "citizen",
) -> None:
    """Show what the content files hold for a question on a day, as they stand now, loaded or not."""
    from bot.preview import Reader
    from bot.preview import preview as shown
    from bot.replies import replies
    from knowledge.dates import today
    from knowledge.store import Store

    if reader not in list(Reader):
        raise typer.BadParameter(f"{reader!r} is none of {', '.join(Reader)}", param_hint="--as")
    store = Store("sqlite://")
    store.load(ROOT / "knowledge")
    print(shown(store, replies(), question, on.date() if on else today(), Reader(reader)))


@app.command()
def forget() -> None:
    """Delete the people whose time is up (the running service does this by itself)."""
    from bot import service

    print(f"{service.people().forget_expired()} forgotten.")


@app.command()
def key() -> None:
    """Print a fresh key for JOBSAMTALE_KEY."""
    from bot.privacy import new_key

    print(new_key())


@app.command(hidden=True)
def serve(action_port: Annotated[int, typer.Option()]) -> None:
    """Rasa's server alone (`run` starts it)."""
    from bot import server

    server.serve(action_port)


@app.command(hidden=True)
def actions(port: Annotated[int, typer.Option()]) -> None:
    """The action server alone (`run` starts it)."""
    from bot import server

    server.serve_actions(port)


def main() -> None:
    """Run a verb; what stands in the way is said in one line, without a trace."""
    without_tensorflow.activate()
    from pydantic import ValidationError
    from sqlalchemy.exc import OperationalError

    from bot.privacy import UnusableKey
    from bot.supervisor import CannotStart
    from knowledge.schema import ContentError

    try:
        app()
    except (CannotStart, ContentError, UnusableKey, without_tensorflow.TensorFlowMissingError) as problem:
        sys.exit(f"{problem}")
    except ValidationError as problem:
        sys.exit(f"A setting in the environment is wrong: {problem}")
    except (OperationalError, PermissionError) as problem:
        sys.exit(f"The database cannot be used: {problem}")


if __name__ == "__main__":
    main()
