"""The only room that knows every part: settings become wiring, wiring becomes processes.

`sixfold serve` supervises the processes `web`, `dimse` and `worker`; each builds the house it needs from the same settings.
"""
