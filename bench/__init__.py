"""Every published figure, one command each, with the peer beside us in the same run.

`corpus` makes the images, `dimse` and `web` are lean clients, `peers` starts the servers, `measure` keeps the figures; every
other module is one runner: `python -m bench.ingest --help`. `python -m bench` runs a short form of all of them.
"""
