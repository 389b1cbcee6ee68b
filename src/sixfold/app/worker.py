"""The worker: everything that is due again and again and that nobody waits for."""

from sixfold.app.certificates import client_tls
from sixfold.app.supervisor import told_to_stop
from sixfold.app.wiring import build
from sixfold.archive import jobs as archive_jobs
from sixfold.archive.dimse.calling import Remotes, teller
from sixfold.governance import jobs as governance_jobs
from sixfold.kernel.duties import Leases, Worker, inherited_name
from sixfold.kernel.settings import Settings
from sixfold.viewer import jobs as viewer_jobs


def serve(settings: Settings) -> None:
    """Run all duties until SIGTERM."""
    stop = told_to_stop()
    house = build(settings)
    tell = teller(Remotes(house.governance, client_tls(settings)))
    duties = [
        *archive_jobs.duties(house.archive, house.governance, settings.stable_after, tell),
        *governance_jobs.duties(house.database),
        *governance_jobs.audit_duties(house.database, settings),
        governance_jobs.counting(house.governance),
        *viewer_jobs.duties(house.viewer.copies, house.viewer.identity),
    ]
    with inherited_name(settings.home / "worker.name") as name:
        worker = Worker(duties, Leases(house.database, holder=name))
        worker.start()
        stop.wait()
        worker.stop()
    house.close()
