"""What the groups of the identity provider stand for here."""

from sixfold.governance.model import NoSuchEntry, Principal
from sixfold.governance.model.oidc import MAPPING_PUT, MAPPING_REMOVED, GroupMapping
from sixfold.governance.rules import check_roles
from sixfold.governance.rules.oidc import check_value
from sixfold.governance.service.places import check_belonging
from sixfold.governance.store import mappings as store
from sixfold.kernel import events
from sixfold.kernel.database import Database


class Mappings:
    """They are applied at each sign-in, and to each access token."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[GroupMapping]:
        """Every mapping by its value."""
        with self._database.read() as connection:
            return store.list_mappings(connection)

    def put(self, mapping: GroupMapping, *, by: Principal) -> GroupMapping:
        """Set what a group stands for; raises `BadEntry`."""
        value, roles = check_value(mapping.value), check_roles(mapping.roles)
        with self._database.write() as transaction:
            checked = GroupMapping(value, roles, check_belonging(transaction.connection, mapping.belonging))
            store.put_mapping(transaction.connection, checked)
            told = {"roles": sorted(roles), **checked.belonging.told()}
            events.record(transaction, MAPPING_PUT, subject=value, actor=by.actor, payload=told)
        return checked

    def remove(self, value: str, *, by: Principal) -> None:
        """Let a group stand for nothing; raises `NoSuchEntry`."""
        with self._database.write() as transaction:
            if not store.remove_mapping(transaction.connection, value):
                raise NoSuchEntry("that group stands for nothing")
            events.record(transaction, MAPPING_REMOVED, subject=value, actor=by.actor, payload={})
