"""The command line: `sixfold serve`, `token`, `demo`, `rebuild` and others."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from sixfold import __version__
from sixfold.kernel import logs
from sixfold.kernel.errors import InvalidInput, SixfoldError
from sixfold.kernel.settings import Settings, read_settings

Command = Callable[[Settings, argparse.Namespace], int]


def _serve(settings: Settings, _: argparse.Namespace) -> int:
    from sixfold.app.start import serve

    return serve(settings)


def _token(settings: Settings, arguments: argparse.Namespace) -> int:
    from sixfold.app.schema import migrate
    from sixfold.governance import Governance
    from sixfold.kernel.database import Database

    migrate(settings)
    database = Database(settings.database)
    governance = Governance(database)
    print(governance.credentials.create_token(arguments.name, arguments.role, arguments.days))
    governance.close()
    database.close()
    return 0


def _demo(settings: Settings, _: argparse.Namespace) -> int:
    from sixfold.app.start import demo

    return demo(settings)


def _rebuild(settings: Settings, arguments: argparse.Namespace) -> int:
    from sixfold.app.rebuild import rebuild

    return rebuild(settings, check=arguments.check)


def _audit(settings: Settings, arguments: argparse.Namespace) -> int:
    from sixfold.app import audit

    if arguments.task == "verify":
        return audit.verify(settings, arguments.file, arguments.witness, arguments.key or ())
    if arguments.file is None:
        raise InvalidInput("audit export needs the FILE to write")
    return audit.export(settings, arguments.file)


def parser() -> argparse.ArgumentParser:
    """The whole command line; `docs/reference/cli.md` is made from it."""
    top = argparse.ArgumentParser(prog="sixfold", description="An open enterprise imaging platform.")
    top.add_argument("--version", action="version", version=f"sixfold {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")

    serve = _command(commands, "serve", _serve, "run the platform: web, DICOM network and worker")
    serve.add_argument("--http", metavar="HOST:PORT", help="where the web listens")
    serve.add_argument("--dimse", metavar="HOST:PORT", help="where the DICOM network listens")
    serve.add_argument("--ae", metavar="TITLE", help="our AE title")

    token = _command(commands, "token", _token, "make an API token and print it, this once")
    token.add_argument("name", help="what the token is for, as it stands in the audit")
    token.add_argument("--role", required=True, help="what it may do: see docs/reference/access.md")
    token.add_argument("--days", type=int, help="days until it expires; never, if not given")

    _command(commands, "demo", _demo, "fill the archive with a small hospital of generated images")
    rebuild = _command(commands, "rebuild", _rebuild, "make the index anew from the stored objects alone")
    rebuild.add_argument(
        "--check", action="store_true", help="change nothing: compare with the index in use and show differences"
    )
    audit = _command(commands, "audit", _audit, "take the audit out of the house, or verify it; exit status 1 means damage")
    audit.add_argument("task", choices=("export", "verify"), help="`export` to FILE, or `verify` FILE or else the store in use")
    audit.add_argument("file", nargs="?", metavar="FILE", help="the export, as JSON lines")
    audit.add_argument("--witness", metavar="PATH", help="heads that left the house; else those of SIXFOLD_AUDIT_WITNESS")
    audit.add_argument("--key", action="append", metavar="HEX", help="a public key to trust; the house's own, if not given")
    return top


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: Command, explain: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=explain, description=explain[0].upper() + explain[1:] + ".")
    command.add_argument("--home", metavar="DIR", help="folder for everything that is not elsewhere by URL")
    command.set_defaults(run=run)
    return command


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; an error of ours is told in one line with exit status 1, a wrong call with 2."""
    given = parser().parse_args(arguments)
    overrides = {name: getattr(given, name, None) for name in ("home", "http", "dimse", "ae")}
    try:
        settings = read_settings(os.environ, **overrides)
        logs.configure(settings.log_level, settings.log_format)
        sys.exit(given.run(settings, given))
    except SixfoldError as error:
        print(f"sixfold: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
