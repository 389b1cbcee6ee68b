"""What an identity policy may say: it can be made stricter at will, and laxer only so far that it does not guess."""

from math import isfinite

from sixfold.viewer.model.identity import BadPolicy, Policy

LOWEST_AUTOMATIC, LOWEST_ALONE, LOWEST_REVIEW, HIGHEST, STEP = 28.0, 36.0, 8.0, 100.0, 4.0
"""Bits. Below `LOWEST_ALONE` two people of one name and birth date are linked sooner or later (`bench/identity.py`)."""
SHORTEST_REASON, LONGEST_REASON = 10, 1_000


def check_policy(policy: Policy) -> Policy:
    """The policy, when it can work; raises `BadPolicy`."""
    given = [policy.automatic, policy.review, *([policy.alone] if policy.alone is not None else [])]
    if not all(isfinite(one) and one <= HIGHEST for one in given):
        raise BadPolicy(f"scores are numbers up to {HIGHEST:g}")
    if policy.automatic < LOWEST_AUTOMATIC:
        raise BadPolicy(f"below {LOWEST_AUTOMATIC:g} bits an automatic link would be a guess")
    if policy.alone is not None and policy.alone < max(LOWEST_ALONE, policy.automatic):
        raise BadPolicy(f"name, birth date and sex alone need {max(LOWEST_ALONE, policy.automatic):g} bits at least")
    if policy.review < LOWEST_REVIEW:
        raise BadPolicy(f"below {LOWEST_REVIEW:g} bits people would be asked about strangers")
    if policy.review > policy.automatic - STEP:
        raise BadPolicy(f"people are asked from {STEP:g} bits below the automatic link at the latest")
    if len(set(policy.rules)) != len(policy.rules):
        raise BadPolicy("each rule is named once")
    return policy


def check_reason(reason: str) -> str:
    """The reason on one line; raises `BadPolicy`."""
    plain = " ".join(reason.split())
    if not SHORTEST_REASON <= len(plain) <= LONGEST_REASON:
        raise BadPolicy(f"say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters")
    return plain
