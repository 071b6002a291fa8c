"""The sensor: what the event path has not done is requested, what it did is reported."""

import subprocess
from datetime import datetime, timedelta, timezone
from typing import Any

import dagster as dg

from . import keys
from .contracts import Contract
from .decide import Decision, Seen, decide
from .tolva import Tolva, TolvaError

#: A run that is older than this is not waited for: its process is gone, and nobody has noticed.
LONGEST_RUN = timedelta(hours=6)
#: Materializations among which a load is looked for.
LOOKED_AT = 50


def sensor(contracts: list[Contract], jobs: list[Any], tolva: Tolva) -> dg.SensorDefinition:
    """On by default. `jobs` are those that it may request."""
    settings = tolva.settings
    datasets = {contract.name for contract in contracts}
    targets = {(contract.name, target) for contract in contracts for target in contract.targets}

    @dg.sensor(
        name="arrivals",
        jobs=jobs,
        minimum_interval_seconds=settings.interval,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Looks at the ledger and the inbox (`tolva status`). Requests a run for every arrival that is not "
            "loaded in time, and for every dataset past its promise; reports what the event path loaded."
        ),
    )
    def arrivals(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        try:
            status = tolva.status()
        except (TolvaError, OSError, subprocess.SubprocessError) as error:
            # The cursor stays: what is not seen now is seen when the ledger is back.
            context.log.warning(f"the ledger cannot be asked: {error}")
            return dg.SensorResult(skip_reason=f"the ledger cannot be asked: {error}", cursor=context.cursor)
        decision = decide(
            status,
            Seen.read(context.cursor),
            datasets=datasets,
            busy=busy(context.instance, datasets),
            grace=settings.grace,
        )
        for name in decision.unknown:
            context.log.warning(f"the dataset {name} is new: reload the code location")
        return result(context.instance, decision, status, targets, settings.api)

    return arrivals


def busy(instance: dg.DagsterInstance, datasets: set[str]) -> set[str]:
    """The datasets that a run is at; all of them, where the run does not say."""
    young = datetime.now(timezone.utc) - LONGEST_RUN
    unfinished = dg.RunsFilter(
        statuses=[
            dg.DagsterRunStatus.QUEUED,
            dg.DagsterRunStatus.NOT_STARTED,
            dg.DagsterRunStatus.STARTING,
            dg.DagsterRunStatus.STARTED,
            dg.DagsterRunStatus.CANCELING,
        ],
        created_after=young,
    )
    found: set[str] = set()
    for run in instance.get_runs(unfinished):
        named = {run.tags[key] for key in ("tolva/dataset",) if key in run.tags}
        selected = {key.path[0] for key in run.asset_selection or ()}
        found |= (named or selected or datasets) & datasets
    return found


def result(
    instance: dg.DagsterInstance,
    decision: Decision,
    status: dict[str, Any],
    targets: set[tuple[str, str]],
    api: str,
) -> dg.SensorResult:
    """The decision, as Dagster takes it."""
    reports = [
        materialization(load, status, api)
        for load in decision.loads
        if (load["dataset"], load["target"]) in targets and not is_known(instance, load)
    ]
    runs = [
        dg.RunRequest(
            run_key=request.key,
            job_name=keys.job(request.dataset),
            tags={"tolva/dataset": request.dataset, "tolva/why": request.why},
        )
        for request in decision.requests
    ]
    idle = None if runs else f"nothing to request; {len(reports)} loads of the event path reported"
    return dg.SensorResult(
        run_requests=runs or None,
        skip_reason=idle,
        asset_events=reports,
        cursor=decision.seen.write(),
    )


def is_known(instance: dg.DagsterInstance, load: dict[str, Any]) -> bool:
    """Whether a run, or an earlier look, has told of the load."""
    records = instance.fetch_materializations(keys.load(load["dataset"], load["target"]), limit=LOOKED_AT).records
    told = (record.asset_materialization.metadata.get("load") for record in records)
    return any(number is not None and number.value == load["id"] for number in told)


def materialization(load: dict[str, Any], status: dict[str, Any], api: str) -> dg.AssetMaterialization:
    """A load of the event path, as an event of its asset."""
    counts = load["counts"].values()

    def total(what: str) -> int:
        return sum(table.get(what, 0) for table in counts)

    arrival = next((one for one in status["arrivals"] if one["id"] == load["arrival"]), {})
    metadata: dict[str, Any] = {
        "load": load["id"],
        "arrival": load["arrival"],
        "state": load["state"],
        "by": "the event path",
        "finished": load["finished_at"] or "",
        "read": load["read"],
        "rejected": load["rejected"],
        **{what: total(what) for what in ("inserted", "updated", "unchanged", "deleted", "held")},
        "load in the API": dg.MetadataValue.url(f"{api.rstrip('/')}/v1/loads/{load['id']}"),
    }
    if arrival:
        metadata |= {"file": arrival["file"], "SHA-256": arrival["sha256"]}
    return dg.AssetMaterialization(
        keys.load(load["dataset"], load["target"]),
        metadata=metadata,
        description=f"loaded by a worker: arrival {load['arrival']} into {load['target']}",
    )
