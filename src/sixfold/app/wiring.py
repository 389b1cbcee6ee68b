"""Composition: from settings to services, in one place. Nothing is built at import."""

from dataclasses import dataclass

from sixfold.app.certificates import client_tls
from sixfold.archive.service.archive import Archive, make_archive
from sixfold.archive.service.intake import Intake
from sixfold.archive.service.sight import placing
from sixfold.archive.store.index import new_segment
from sixfold.archive.store.landing import Landing
from sixfold.archive.store.vault import Vault
from sixfold.governance.model.oidc import Provider
from sixfold.governance.rules.oidc import is_safe
from sixfold.governance.service import Governance
from sixfold.governance.service.provider import ProviderClient
from sixfold.governance.store.keys import Seal
from sixfold.kernel.clock import utc_now
from sixfold.kernel.database import Database
from sixfold.kernel.objects import open_objects
from sixfold.kernel.settings import BadSetting, Settings
from sixfold.viewer.model.priors import Ahead
from sixfold.viewer.service.federation.connectors import Caller, connecting
from sixfold.viewer.service.federation.federation import make_federation
from sixfold.viewer.service.viewer import Keeping, Viewer, make_viewer


@dataclass(frozen=True, slots=True)
class House:
    """The services of one process."""

    settings: Settings
    database: Database
    governance: Governance
    archive: Archive
    viewer: Viewer

    def close(self) -> None:
        """Let go of remote archives and segments, flush the audit trail, close the database: in this order."""
        self.viewer.close()
        self.archive.close()
        self.governance.close()
        self.database.close()


def build(settings: Settings) -> House:
    """Build a process's services; the schema must be in place (`schema.migrate`)."""
    database = Database(settings.database)
    landing_folder = settings.home / "landing"
    landing = Landing(
        landing_folder,
        lambda name: new_segment(database, name),
        sync=settings.durability == "fsync",
        segment_bytes=settings.segment_bytes,
    )
    vault = Vault(database, landing_folder, open_objects(settings.objects))
    governance = Governance(database, home=settings.home)
    provider = provider_of(settings)
    if provider is not None:
        governance.openid.use(ProviderClient(provider, utc_now))
    archive = make_archive(database, Intake(database, landing, placing(governance)), vault, governance)
    caller = Caller(settings.ae, lambda: client_tls(settings))
    federation = make_federation(archive, governance, Seal(settings.home), connecting(caller), settings.ae)
    ahead = Ahead(settings.priors_ahead, min(settings.priors_ahead_bytes, settings.copies_bytes // 4))
    keeping = Keeping(settings.home / "copies", settings.copies_bytes, settings.copies_ae, ahead)
    viewer = make_viewer(archive, governance, federation, caller, keeping)
    return House(settings, database, governance, archive, viewer)


def provider_of(settings: Settings) -> Provider | None:
    """The identity provider that the settings name, None when they name none; raises `BadSetting`."""
    if not settings.oidc_issuer:
        return None
    if not is_safe(settings.oidc_issuer):
        raise BadSetting("SIXFOLD_OIDC_ISSUER: an identity provider is called by https")
    if not settings.oidc_client_id:
        raise BadSetting("SIXFOLD_OIDC_CLIENT_ID: the provider knows us by it, so it has to be set")
    if settings.oidc_audience == settings.oidc_client_id:
        raise BadSetting("SIXFOLD_OIDC_AUDIENCE: an audience of its own, or ID tokens would open the API")
    if "openid" not in settings.oidc_scopes.split():
        raise BadSetting("SIXFOLD_OIDC_SCOPES: `openid` is among them, or there is no ID token")
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        name=settings.oidc_name,
        scopes=settings.oidc_scopes,
        groups_claim=settings.oidc_groups_claim,
        audience=settings.oidc_audience,
        hosts=frozenset(host.strip().lower() for host in settings.oidc_hosts.split(",") if host.strip()),
        callback=f"{(settings.public_url or f'http://{settings.http}').rstrip('/')}/api/session/oidc/callback",
    )
