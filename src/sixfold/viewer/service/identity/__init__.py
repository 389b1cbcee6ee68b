"""Use cases of identity: keeping records, matching them, deciding on pairs, setting the policy, showing a person."""
