"""The viewer's use cases: ask every archive, bring what is looked at, know the patient."""
