"""All SQL of the archive and all its files: tables, index, search, landing segments, the vault of byte ranges."""
