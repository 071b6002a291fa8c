"""The three steps of each dataset: read the workbook, organise the data, load each target."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg

from . import keys
from .contracts import Contract
from .tolva import DONE, FAILED, LATE, QUARANTINED, Call, Tolva

#: The check of `load` that the target holds what the ledger says (`src/pipes/refresh.rs`).
ROWS_AGREE = "rows_agree"
#: Dagster takes no shorter promise.
SHORTEST_PROMISE = timedelta(minutes=1)

Results = Iterator[dg.MaterializeResult | dg.AssetCheckResult]


def of_contract(contract: Contract, tolva: Tolva) -> list[dg.AssetsDefinition]:
    """The assets of a dataset."""
    loads = [load(contract, target, tolva) for target in contract.targets]
    return [read(contract, tolva), organise(contract, tolva), *loads]


def read(contract: Contract, tolva: Tolva) -> dg.AssetsDefinition:
    """Step 1, *read*: the newest file that can be reached becomes an arrival; its sheets, rows, columns."""
    spec = dg.AssetSpec(
        keys.read(contract.name),
        group_name=contract.name,
        kinds={_kind(contract)},
        description=(
            f"**Read** {contract.title or contract.name}: the newest file that can be reached, of "
            f"{', '.join(f'`{name}`' for name in contract.files)}. It is taken from the inbox where this "
            "host sees it, else it is the newest one in the landing.\n\n"
            f"`tolva land --dataset {contract.name}`"
        ),
        skippable=True,
    )

    @dg.multi_asset(specs=[spec], name=f"{contract.name}__read", retry_policy=_retries(tolva))
    def step(context: dg.AssetExecutionContext) -> Results:
        call = tolva.run(context, "land", "--dataset", contract.name)
        yield from call.results
        if call.code == LATE:
            raise _failure(f"{contract.name} is late, and no file of it was ever dropped", again=False)
        _demand(call, contract.name)
        if not call.materialized:
            context.log.info("nothing to do: no file was ever dropped")

    return step


def organise(contract: Contract, tolva: Tolva) -> dg.AssetsDefinition:
    """Step 2, *organise*: types, rules, findings; each rule of the contract is a check."""
    key = keys.organise(contract.name)
    spec = dg.AssetSpec(
        key,
        deps=[keys.read(contract.name)],
        group_name=contract.name,
        kinds={"table"},
        description=(
            "**Organise** the data: the cells become typed rows of "
            f"{', '.join(f'`{table}`' for table, _ in contract.tables)}, and every rule of the contract is "
            "looked at. Nothing is changed by that; a refused file fails the step that loads it.\n\n"
            "`tolva check ARRIVAL`"
        ),
        skippable=True,
    )
    checks = [dg.AssetCheckSpec(check.name, asset=key, description=check.says) for check in contract.checks]

    @dg.multi_asset(
        specs=[spec],
        check_specs=checks,
        name=f"{contract.name}__organise",
        retry_policy=_retries(tolva),
        # The contract may have lost a rule since the definitions were made.
        can_subset=False,
    )
    def step(context: dg.AssetExecutionContext) -> Results:
        call = tolva.run(context, "check", str(_arrival(context, contract.name)))
        known = {check.name for check in contract.checks}
        said = set()
        for result in call.results:
            if isinstance(result, dg.AssetCheckResult):
                if result.check_name not in known:
                    context.log.warning(f"{result.check_name} is new: reload the code location")
                    continue
                said.add(result.check_name)
            yield result
        _demand(call, contract.name, also=QUARANTINED)
        for name in sorted(known - said):
            yield _gone(key, name)
        if refused := call.outcome.get("refused"):
            context.log.warning(f"the file is refused ({refused['code']}): {refused['message']}")

    return step


def load(contract: Contract, target: str, tolva: Tolva) -> dg.AssetsDefinition:
    """Step 3, *load*: the merge into one target, and its counts."""
    key = keys.load(contract.name, target)
    tables = "\n".join(
        f"- `{table}` ({', '.join(f'{name} {kind}' for name, kind in columns)})" for table, columns in contract.tables
    )
    spec = dg.AssetSpec(
        key,
        deps=[keys.organise(contract.name)],
        group_name=contract.name,
        kinds={target if target in ("mysql", "postgres", "sqlite") else "sql"},
        description=(
            f"**Load** the target `{target}`: one transaction, in which the tables become what the file "
            f"says.\n\n{tables}\n\n"
            f"`tolva refresh {contract.name} --arrival … --target {target}`"
        ),
        freshness_policy=dg.FreshnessPolicy.time_window(
            fail_window=max(timedelta(seconds=contract.every), SHORTEST_PROMISE)
        ),
        skippable=True,
    )
    agree = dg.AssetCheckSpec(ROWS_AGREE, asset=key, description="the target holds as many rows as the ledger says")

    @dg.multi_asset(
        specs=[spec],
        check_specs=[agree],
        name=f"{contract.name}__load_{target}",
        retry_policy=_retries(tolva),
    )
    def step(context: dg.AssetExecutionContext) -> Results:
        arrival = _arrival(context, contract.name)
        call = tolva.run(context, "refresh", contract.name, "--arrival", str(arrival), "--target", target)
        yield from call.results
        rest = call.outcome.get("rest", {}).get(target, "")
        if not any(isinstance(result, dg.AssetCheckResult) for result in call.results):
            yield _gone(key, ROWS_AGREE, rest or "the program did not come so far")
        if call.code in (FAILED, QUARANTINED):
            raise _failure(_why(call, contract.name, target), again=call.code == FAILED)
        if call.code == LATE:
            raise _failure(
                f"{contract.name} is older in {target} than its promise of {contract.every} s, and there is "
                f"no newer file that can be reached than arrival {arrival}: drop one",
                again=False,
            )
        if not call.materialized:
            context.log.info(f"nothing to do: arrival {arrival} in {target}: {rest}")
            context.log_event(dg.AssetObservation(key, metadata={"arrival": arrival, "state": rest or "up to date"}))

    return step


def _retries(tolva: Tolva) -> dg.RetryPolicy:
    """For what passes by: a server that restarts, a connection that breaks."""
    return dg.RetryPolicy(max_retries=3, delay=tolva.settings.retry_delay, backoff=dg.Backoff.EXPONENTIAL)


def _arrival(context: dg.AssetExecutionContext, dataset: str) -> int:
    """The arrival that this run read; where it did not, the one that was read last."""
    records = context.instance.fetch_materializations(keys.read(dataset), limit=50).records
    run = context.run
    ours = {run.run_id, run.parent_run_id, run.root_run_id}
    record = next((one for one in records if one.run_id in ours), records[0] if records else None)
    if record is None:
        raise _failure(f"nothing of {dataset} was read yet: materialize {dataset}/read first", again=False)
    return int(record.asset_materialization.metadata["arrival"].value)


def _demand(call: Call, dataset: str, also: int = DONE) -> None:
    """Ends the step unless the call went well."""
    if call.code not in (DONE, also):
        raise _failure(call.reason or f"tolva ended with {call.code} for {dataset}", again=True)


def _why(call: Call, dataset: str, target: str) -> str:
    """Why an arrival was not brought in, and what to do."""
    if call.reason:
        return call.reason
    outcome: dict[str, Any] = call.outcome
    at = outcome["states"].get(target, {"state": "not there", "message": None})
    named = f"{outcome['file']} (arrival {outcome['arrival']} of {dataset}) is {at['state']}"
    error = outcome.get("error") or {}
    code = f"{error['code']}: " if error else ""
    why = f": {code}{at['message']}" if at["message"] else ""
    rest = outcome["rest"].get(target, "")
    todo = (
        f". {target} stays as it was. Drop a corrected file, or look at `tolva check {outcome['arrival']}` and "
        f"then `tolva release {outcome['arrival']}` or `tolva discard {outcome['arrival']}`"
        if call.code == QUARANTINED
        else f" ({rest})"
    )
    return named + why + todo


def _failure(why: str, again: bool) -> dg.Failure:
    return dg.Failure(description=why, allow_retries=again)


def _gone(key: dg.AssetKey, name: str, why: str = "the contract no longer has this rule") -> dg.AssetCheckResult:
    return dg.AssetCheckResult(asset_key=key, check_name=name, passed=True, metadata={"not looked at": why})


def _kind(contract: Contract) -> str:
    """What the files are, by their names."""
    return "excel" if any(".xls" in name for name in contract.files) else "csv"
