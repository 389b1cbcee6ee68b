"""Everybody who decides in the house at one moment: bodies, their seats, the accounts, and the policies in force."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from msgspec import structs

from sixfold.governance.model import Account, BadEntry, NoSuchEntry, Principal
from sixfold.governance.model.decisions import (
    STEERING,
    Body,
    BodyChange,
    Constitution,
    GoldenCase,
    NotSeated,
    Seat,
)
from sixfold.governance.rules.accounts import is_name
from sixfold.governance.rules.decisions import (
    acting,
    check_constitution,
    check_seats,
    in_office,
    why_locked_out,
    why_unable,
)
from sixfold.governance.rules.policy import Policies


@dataclass(frozen=True, slots=True)
class Assembly:
    """A frozen picture, so that a change can be tried before it is made."""

    bodies: dict[str, Body]
    seats: tuple[Seat, ...]
    accounts: Collection[Account]
    policies: Policies

    def body(self, key: str) -> Body:
        """One body; raises `NoSuchEntry`."""
        if key not in self.bodies:
            raise NoSuchEntry("there is no such body")
        return self.bodies[key]

    def held(self, body: str) -> list[Seat]:
        """The seats of a body that were given and not ended, whoever holds them."""
        return [seat for seat in self.seats if seat.body == body and seat.until is None]

    def in_office(self, body: str) -> list[Seat]:
        """Those that are held by somebody who can sign in."""
        return in_office(self.held(body), self.accounts)

    def why_unable(self, body: str) -> str:
        """Why a body cannot decide; empty when it can."""
        return why_unable(self.body(body).constitution.quorum, acting(self.held(body), self.accounts, self.policies))

    def seat_of(self, body: str, principal: Principal) -> Seat:
        """The seat that a person holds in a body; raises `NotSeated`."""
        mine = [seat for seat in self.in_office(body) if principal.kind == "person" and seat.account == principal.name]
        if not mine:
            raise NotSeated(f"{principal.name} has no seat in {self.body(body).constitution.name}")
        return mine[0]

    def chair(self, body: str) -> str:
        """The account that chairs a body, and answers for what it decides; empty when the seat is vacant."""
        return next((seat.account for seat in self.in_office(body) if seat.role == "chair"), "")

    def has_account(self, name: str) -> bool:
        """Whether somebody of that name can sign in."""
        return any(account.name == name and account.enabled for account in self.accounts)

    @property
    def golden(self) -> list[GoldenCase]:
        """The golden cases of every body, which all have to hold."""
        return [case for body in self.bodies.values() for case in body.constitution.golden]

    def under(self, policies: Policies) -> "Assembly":
        """The same people under other policies."""
        return replace(self, policies=policies)

    def changed(self, change: BodyChange, now: str, new_key: Callable[[], str]) -> "Assembly":
        """After a change of a body; raises `BadEntry`, `NoSuchEntry`."""
        body = Body(change.body, self._constitution(change), self.revision(change.body) + 1)
        gone = self._gone(change)
        old = [structs.replace(seat, until=now) if seat.key in gone else seat for seat in self.seats]
        new = [Seat(new_key(), change.body, one.seat_class, one.account, one.role, now) for one in change.given]
        self._check_given(new)
        after = replace(self, bodies={**self.bodies, change.body: body}, seats=(*old, *new))
        check_seats(after.held(change.body))
        return after

    def revision(self, body: str) -> int:
        """How often a body was changed; 0 for one that there is not."""
        return self.bodies[body].revision if body in self.bodies else 0

    def _constitution(self, change: BodyChange) -> Constitution:
        if change.constitution is None:
            return self.body(change.body).constitution
        if not is_name(change.body):
            raise BadEntry("a body's key is made of small letters, digits, dots, dashes and underscores")
        check_constitution(change.constitution)
        return change.constitution

    def _check_given(self, new: Collection[Seat]) -> None:
        known = {account.name for account in self.accounts if account.enabled}
        if unknown := sorted({seat.account for seat in new} - known):
            raise BadEntry(f"nobody of the name {', '.join(unknown)} can sign in")
        able = {seat.account for seat in acting(new, self.accounts, self.policies)}
        if unable := sorted({seat.account for seat in new} - able):
            raise BadEntry(f"{', '.join(unable)} may not govern: give them the role committee first")

    def _gone(self, change: BodyChange) -> frozenset[str]:
        held = {seat.key for seat in self.held(change.body)}
        if unknown := sorted(set(change.ended) - held):
            raise NoSuchEntry(f"{change.body} has no seat {', '.join(unknown)}")
        return frozenset(change.ended)

    def may_change(self, body: str, target: str) -> bool:
        """Whether a body decides on another one's constitution: its own, and the steering body everybody's."""
        return body in (target, STEERING)

    def why_not(self, after: "Assembly") -> str:
        """Why the house may not become so: nobody could govern it, or a body could no longer decide; empty when it may."""
        if locked := why_locked_out(after.policies, after.accounts):
            return locked
        for key in self.bodies:
            if not self.why_unable(key) and (why := after.why_unable(key)):
                return f"{key} could not decide any more: {why}"
        return ""
