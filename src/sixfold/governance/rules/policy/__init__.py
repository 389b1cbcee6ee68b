"""Policies: who may do what with which studies, as text that people can read and a committee decides."""

from sixfold.governance.rules.policy.engine import Policies, Question, default_policies

__all__ = ["Policies", "Question", "default_policies"]
