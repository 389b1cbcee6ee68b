"""One supervised process: `python -m sixfold.app.process web|dimse|worker PARENT`, settings in the environment."""

import os
import sys
from collections.abc import Callable

from sixfold.app.supervisor import end_with_parent
from sixfold.kernel import logs
from sixfold.kernel.settings import Settings, read_settings


def _web(settings: Settings) -> None:
    from sixfold.app.web import serve

    serve(settings)


def _dimse(settings: Settings) -> None:
    from sixfold.app.dimse import serve

    serve(settings)


def _worker(settings: Settings) -> None:
    from sixfold.app.worker import serve

    serve(settings)


PROCESSES: dict[str, Callable[[Settings], None]] = {"web": _web, "dimse": _dimse, "worker": _worker}


def main() -> None:
    """Run the process that the first argument names, until SIGTERM or the end of process PARENT."""
    end_with_parent(int(sys.argv[2]))
    settings = read_settings(os.environ)
    logs.configure(settings.log_level, settings.log_format)
    PROCESSES[sys.argv[1]](settings)


if __name__ == "__main__":
    main()
