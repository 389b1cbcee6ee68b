"""One question to every archive: the registry, the connectors, the fan-out, and what of the answers may be seen."""
