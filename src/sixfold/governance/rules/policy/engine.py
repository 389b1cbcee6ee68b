"""Cedar policies (https://docs.cedarpolicy.com): parsed and validated once, asked many times.

A decision depends on nothing but the principal's attributes, the action and the `Circumstances`, so that its answer can be
remembered: the same question is not evaluated twice.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from importlib.resources import files
from typing import Any

import cedarpy
import orjson

from sixfold.governance.model import Action, Principal
from sixfold.governance.model.policy import BadPolicy, Circumstances, Profile, Verdict

_REMEMBERED = 50_000
_LONGEST = 200_000  # characters
_TYPES = {"person": "Person", "token": "Token", "ae": "Ae", "system": "System"}

OUT_OF_SCOPE = Verdict(allowed=False, policies=("scope-of-the-token",))
"""The answer, before any policy, for an action that a token was not made for."""

Question = tuple[Profile, str, Circumstances]


def default_policies() -> str:
    """The text of the policies of a new house."""
    return _packaged("hospital.cedar")


def _packaged(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


class Policies:
    """One version of the house's policies; raises `BadPolicy` when the text is no valid set."""

    _schema = cedarpy.Schema.from_str(_packaged("sixfold.cedarschema"))

    def __init__(self, text: str) -> None:
        self.text = text
        self.version = hashlib.sha256(text.encode()).hexdigest()
        self._set = _parsed(text, self._schema)
        self.names_people = ".name" in text
        """Whether any policy looks at the name of who asks."""
        self._known: dict[Question, Verdict] = {}

    def decide(self, principal: Principal, action: Action | str, circumstances: Circumstances) -> Verdict:
        """Whether the principal may; microseconds when it was asked before."""
        if principal.scope and str(action) not in principal.scope:
            return OUT_OF_SCOPE
        question = (Profile.of(principal, named=self.names_people), str(action), circumstances)
        known = self._known.get(question)
        return known if known is not None else self.decide_all([question])[0]

    def decide_all(self, questions: Sequence[Question]) -> list[Verdict]:
        """The verdicts of many questions, in their order."""
        fresh = list(dict.fromkeys(question for question in questions if question not in self._known))
        answered = dict(zip(fresh, self._evaluate(fresh), strict=True)) if fresh else {}
        verdicts = [answered.get(question) or self._known[question] for question in questions]
        if len(self._known) + len(answered) > _REMEMBERED:
            self._known = {}
        self._known.update(answered)
        return verdicts

    def _evaluate(self, questions: Sequence[Question]) -> list[Verdict]:
        requests = [_request(number, question) for number, question in enumerate(questions)]
        entities = [entity for number, question in enumerate(questions) for entity in _entities(number, question)]
        answers = cedarpy.is_authorized_batch(
            requests, self._set, cedarpy.Entities.from_json_str(orjson.dumps(entities).decode())
        )
        return [Verdict(answer.allowed, self._names(answer.diagnostics)) for answer in answers]

    @staticmethod
    def _names(diagnostics: cedarpy.Diagnostics) -> tuple[str, ...]:
        named = diagnostics.id_annotations_by_reason
        return tuple(sorted(named.get(reason) or reason for reason in diagnostics.reasons))

    @cached_property
    def names(self) -> list[str]:
        """The `@id` of every policy, as they stand."""
        policies = orjson.loads(cedarpy.policies_to_json_str(self.text))["staticPolicies"]
        return [policy.get("annotations", {}).get("id") or key for key, policy in policies.items()]


def _parsed(text: str, schema: cedarpy.Schema) -> cedarpy.PolicySet:
    if len(text) > _LONGEST:
        raise BadPolicy(f"a set of policies has at most {_LONGEST} characters")
    try:
        policies = cedarpy.PolicySet.from_str(text)
    except ValueError as error:
        raise BadPolicy(f"this is not Cedar: {error}") from None
    found = cedarpy.validate_policies(text, schema)
    if not found.validation_passed:
        names = found.id_annotations_by_policy_id
        raise BadPolicy("; ".join(f"{names.get(one.policy_id) or one.policy_id}: {one.error}" for one in found.errors))
    return policies


def _request(number: int, question: Question) -> dict[str, Any]:
    profile, action, circumstances = question
    return {
        "principal": {"type": _TYPES[profile.kind], "id": str(number)},
        "action": {"type": "Action", "id": action},
        "resource": {"type": "House" if circumstances.traits is None else "Study", "id": str(number)},
        "context": {"relations": sorted(circumstances.relations), "purpose": circumstances.purpose},
    }


def _entities(number: int, question: Question) -> Iterable[dict[str, Any]]:
    profile, _, circumstances = question
    attributes: dict[str, Any] = {
        "name": profile.name,
        "roles": sorted(profile.roles),
        "groups": sorted(profile.groups),
        "service_lines": sorted(profile.service_lines),
        "facilities": sorted(profile.facilities),
    }
    yield {"uid": {"type": _TYPES[profile.kind], "id": str(number)}, "attrs": attributes, "parents": []}
    traits = circumstances.traits
    if traits is not None:
        study = {
            "facility": traits.facility,
            "service_line": traits.service_line,
            "sensitivity": traits.sensitivity,
            "restricted": traits.restricted,
        }
        yield {"uid": {"type": "Study", "id": str(number)}, "attrs": study, "parents": []}
