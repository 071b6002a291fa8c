"""Whether somebody watches the inbox: silence fails the run, after the datasets were refreshed anyway."""

from collections.abc import Iterator

import dagster as dg

from . import keys
from .tolva import Tolva


def asset(tolva: Tolva) -> dg.AssetsDefinition:
    """Asks the ledger who was heard of."""

    @dg.multi_asset(
        specs=[
            dg.AssetSpec(
                keys.WATCHERS,
                group_name="tolva",
                kinds={"tolva"},
                description=(
                    "Watchers and workers that the ledger has heard of. A watcher that says nothing, and said "
                    "no goodbye, fails the run: files may lie in an inbox that nobody looks into.\n\n"
                    "`tolva status`"
                ),
            )
        ],
        name="tolva__watchers",
        retry_policy=dg.RetryPolicy(max_retries=3, delay=tolva.settings.retry_delay),
    )
    def step(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        status = tolva.status()
        processes = status["processes"]
        silent = [one for one in processes if one["silent"] and one["inbox"] is not None]
        if silent:
            raise dg.Failure(
                description="; ".join(
                    f"the watcher of {one['inbox']} on {one['host']} has said nothing for {one['age']} s (since "
                    f"{one['heard_at']}): what is dropped there may be taken by nobody; look at `tolva watch` "
                    "there, or run `tolva scan`"
                    for one in silent
                ),
                allow_retries=False,
            )
        if not processes:
            context.log.info("no watcher and no worker was heard of: this job alone keeps the datasets fresh")
        lines = [
            f"| {one['role']} | {one['instance']} | {one['inbox'] or ''} | {one['heard_at']} |" for one in processes
        ]
        table = "\n".join(["| role | who | inbox | heard of |", "| --- | --- | --- | --- |", *lines])
        yield dg.MaterializeResult(
            asset_key=keys.WATCHERS,
            metadata={
                "processes": len(processes),
                "who": dg.MetadataValue.md(table),
                "skipped targets": ", ".join(status["skipped"]) or "none",
                "wait for a person": len(status["waiting"]),
            },
        )

    return step
