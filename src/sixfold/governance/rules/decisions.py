"""How a body decides: who may act in it, when it is quorate, what carries, and what would lock the house out."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from sixfold.governance.model import Account, Action, BadEntry, Principal
from sixfold.governance.model.decisions import Constitution, Majority, NewSeat, Quorum, Seat, SeatClass, Tally, Vote
from sixfold.governance.rules.policy import Policies
from sixfold.governance.rules.roles import permits
from sixfold.kernel.clock import from_text

LONGEST_TEXT = 20_000
"""Characters of a charter or a reason."""

CHARTER = """\
The enterprise imaging steering body sets the rules by which images are kept, seen and shared in this house, and holds those
who make, keep and use them accountable for sharing them across service lines.

It has clinical, administrative and IT seats. No decision is valid unless each of the three took part in it. Every decision
has one accountable person, an owner and a day on which it is looked at again. Before it votes on a change of policy, the body
sees who would gain and who would lose access by it. It may take any decision back by another one."""

FOUNDING = Constitution(name="Enterprise imaging steering body", charter=CHARTER)
"""The body of a new house."""

VOTED_ON = timedelta(days=14)
"""How long a vote is open, unless somebody says until when."""

_LONGEST_VOTE = timedelta(days=366)
_REVIEWED_AFTER = timedelta(days=365)
MOST_GOLDEN = 200
_CHARTER_NAME = 100


def person(account: Account) -> Principal:
    """The principal as whom the person of an account is known."""
    return Principal(
        "person",
        account.name,
        account.display_name,
        account.roles,
        account.groups,
        account.service_lines,
        account.facilities,
    )


def in_office(seats: Iterable[Seat], accounts: Iterable[Account]) -> list[Seat]:
    """The seats whose person can sign in; an account that is younger than the seat of its name is another person's."""
    since = {account.name: account.created_at for account in accounts if account.enabled}
    return [seat for seat in seats if seat.until is None and since.get(seat.account, "~") <= seat.since]


def acting(seats: Iterable[Seat], accounts: Collection[Account], policies: Policies) -> list[Seat]:
    """Those of the seats whose person may also take part in decisions."""
    may = {account.name for account in accounts if permits(policies, person(account), Action.GOVERN)}
    return [seat for seat in in_office(seats, accounts) if seat.account in may]


def why_unable(quorum: Quorum, seats: Collection[Seat]) -> str:
    """Why a body with these acting seats cannot decide; empty when it can."""
    for seat_class in SeatClass:
        there = sum(seat.seat_class == seat_class for seat in seats)
        if there < quorum.of(seat_class):
            return f"{there} of {quorum.of(seat_class)} {seat_class.value} seats are held by somebody who may govern"
    chairs = sum(seat.role == "chair" for seat in seats)
    return "" if chairs == 1 else f"there are {chairs} chairs, one is needed"


def why_locked_out(policies: Policies, accounts: Iterable[Account]) -> str:
    """What nobody could do any more under these policies; empty when somebody could do each."""
    people = [person(account) for account in accounts if account.enabled]
    for action in (Action.GOVERN, Action.ADMINISTER):
        if not any(permits(policies, one, action) for one in people):
            return f"under these policies nobody who has an account could {action.value} any more"
    return ""


def tally(constitution: Constitution, seats: Collection[Seat], votes: Iterable[Vote]) -> Tally:
    """How a vote stands among the seats in office; a vote of any other seat does not count."""
    quorum, held = constitution.quorum, {seat.key: seat for seat in seats}
    counted = [vote for vote in votes if vote.seat in held]
    present = {one.value: sum(held[vote.seat].seat_class == one for vote in counted) for one in SeatClass}
    needed = {one.value: quorum.of(one) for one in SeatClass}
    yes, no, abstain = (sum(vote.choice == choice for vote in counted) for choice in ("yes", "no", "abstain"))
    missing = [f"{name} {present[name]} of {needed[name]}" for name in needed if present[name] < needed[name]]
    carried = not missing and _carries(constitution.majority, yes, no, len(held))
    said = f"{yes} yes, {no} no, {abstain} abstentions of {len(held)} seats"
    why = f"no quorum: {', '.join(missing)}" if missing else f"{said}; {constitution.majority.value} majority"
    return Tally(present, needed, yes, no, abstain, len(held), not missing, carried, why)


def _carries(majority: Majority, yes: int, no: int, seats: int) -> bool:
    if majority is Majority.ABSOLUTE:
        return yes * 2 > seats
    if majority is Majority.TWO_THIRDS:
        return yes > 0 and yes >= 2 * no
    return yes > no


def check_constitution(constitution: Constitution) -> None:
    """Raise `BadEntry` when a body cannot be so."""
    _check_text("name", constitution.name, _CHARTER_NAME)
    _check_text("charter", constitution.charter, LONGEST_TEXT)
    numbers = [constitution.quorum.of(one) for one in SeatClass]
    if not all(0 <= number <= 100 for number in numbers) or not any(numbers):
        raise BadEntry("a quorum has between 0 and 100 seats of each class, and one at least")
    if len(constitution.golden) > MOST_GOLDEN:
        raise BadEntry(f"a body keeps at most {MOST_GOLDEN} golden cases")
    names = [case.name for case in constitution.golden]
    if len(set(names)) != len(names) or not all(names):
        raise BadEntry("each golden case has a name of its own")
    known = {action.value for action in Action}
    if unknown := sorted({case.action for case in constitution.golden} - known):
        raise BadEntry(f"a golden case asks for {', '.join(unknown)}: no such action")


def check_seats(seats: Sequence[Seat | NewSeat]) -> None:
    """Raise `BadEntry` when somebody would have two seats in a body, or two would chair it."""
    names = [seat.account for seat in seats]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadEntry(f"one person has one seat in a body: {', '.join(twice)}")
    if sum(seat.role == "chair" for seat in seats) > 1:
        raise BadEntry("a body has one chair")


def check_words(title: str, reason: str) -> None:
    """Raise `BadEntry` when a title or a reason is missing, or longer than a reader can bear."""
    _check_text("title", title, 200)
    _check_text("reason", reason, LONGEST_TEXT)


def _check_text(name: str, text: str, longest: int) -> None:
    if not text.strip() or len(text) > longest or "\0" in text:
        raise BadEntry(f"a {name} has between 1 and {longest} characters")


def day(text: str, name: str) -> date:
    """A day as `2026-12-31`; raises `BadEntry`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadEntry(f"{name} is a day, as 2026-12-31") from None


def review_day(text: str, now: datetime) -> str:
    """When a decision is looked at again, in a year when nothing is said; raises `BadEntry`."""
    chosen = day(text, "review_by") if text else (now + _REVIEWED_AFTER).date()
    if chosen <= now.date():
        raise BadEntry("a decision is looked at again on a day to come")
    return chosen.isoformat()


def closing(text: str, now: datetime) -> str | None:
    """The last moment of the day on which a vote closes; None when nothing is said. Raises `BadEntry`."""
    if not text:
        return None
    closes = f"{day(text, 'closes_on').isoformat()}T23:59:59.999Z"
    if not now < from_text(closes) < now + _LONGEST_VOTE:
        raise BadEntry("a vote closes on a day to come, within a year")
    return closes
