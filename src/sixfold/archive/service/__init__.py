"""The archive's use cases: take in, find, give back, seal, reject, recover, rebuild."""
