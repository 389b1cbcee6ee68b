"""Does ingest slow down as the archive grows: the rate at 10,000 and at a million indexed studies."""

from bench import filler
from bench.corpus import Scanner
from bench.ingest import make_batches, measure
from bench.measure import Case, Ledger, Sample
from bench.options import Options, command_line

SIZES = (10_000, 1_000_000)


def run(options: Options, ledger: Ledger) -> None:
    """C-STORE of CT over four associations into our index of two sizes, filled directly."""
    sizes = [int(size) for size in options.extra.get("sizes", ",".join(map(str, SIZES))).split(",")]
    batches = make_batches(Scanner("CT", 512), 4, 60 if options.short else 250)
    rates: dict[int, float] = {}
    for size in sizes:
        with filler.filled(size) as server:
            sample: Sample = measure(server, batches)
        rates[size] = sample.value
        ledger.add(Case(f"C-STORE CT at {size:,} studies, 4 assoc.", "inst/s", True, ""), "sixfold", sample)
    change = Case("rate at the largest size, share of that at the smallest", "%", True, "90 %")
    ledger.add(change, "sixfold", Sample(rates[max(sizes)] / rates[min(sizes)] * 100))


if __name__ == "__main__":
    command_line(run, "scale_ingest", {"sizes": ",".join(map(str, SIZES))})
