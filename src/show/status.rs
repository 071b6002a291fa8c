//! The status in tables.

use comfy_table::{ContentArrangement, Table, presets};

use crate::verb::status::{Broker, Status};

/// Prints it.
pub fn print(status: &Status) {
    let mut datasets = table(["dataset", "refreshed", "promise"]);
    for dataset in &status.datasets {
        let targets: Vec<String> = dataset
            .targets
            .iter()
            .map(|(target, at)| format!("{target} {}", at.as_deref().unwrap_or("never")))
            .collect();
        let hours = dataset.every as f64 / 3600.0;
        let promise = format!("every {hours} h{}", if dataset.late { ": LATE" } else { "" });
        datasets.add_row([dataset.name.clone(), targets.join("\n"), promise]);
    }
    println!("{datasets}");
    if !status.processes.is_empty() {
        let mut processes = table(["process", "watches", "heard of"]);
        for process in &status.processes {
            let ago = format!("{} s ago", process.age);
            processes.add_row([
                format!("{} {}", process.role, process.instance),
                process.inbox.clone().unwrap_or_default(),
                if process.silent { format!("{ago}: SILENT") } else { ago },
            ]);
        }
        println!("{processes}");
    }
    let mut arrivals = table(["arrival", "dataset", "file", "landed", "state"]);
    for arrival in &status.arrivals {
        arrivals.add_row([
            arrival.id.to_string(),
            arrival.dataset.clone(),
            arrival.file.clone(),
            arrival.landed_at.clone(),
            arrival.state.to_string(),
        ]);
    }
    println!("{arrivals}");
    for process in status.processes.iter().filter(|process| process.is_missed()) {
        println!(
            "NOBODY WATCHES {} on {}: {} was last heard of at {}; start it there, or run `tolva scan`",
            process.inbox.as_deref().unwrap_or_default(),
            process.host,
            process.instance,
            process.heard_at
        );
    }
    for target in &status.skipped {
        println!("target {target} is skipped: it has no URL (targets.{target}.url)");
    }
    for arrival in &status.waiting {
        let reasons: Vec<&str> =
            arrival.targets.values().filter_map(|target| target.message.as_deref()).collect();
        println!(
            "arrival {} of {} ({}) waits for a person: {}",
            arrival.id,
            arrival.dataset,
            arrival.file,
            reasons.join("; ")
        );
    }
    for contract in &status.contracts {
        println!(
            "the new contract of {} waits for a person: {}",
            contract.dataset, contract.reason
        );
    }
    for file in &status.inbox {
        println!("{}: {}", file.path, file.problem);
    }
    match &status.broker {
        Some(Broker::Reached { dead }) if dead.count > 0 => {
            println!(
                "{} dead messages wait for a person (`tolva replay --dead`, `tolva discard --dead`)",
                dead.count
            );
            for letter in &dead.letters {
                println!("  {}: {}", letter.reason, letter.body);
            }
        }
        Some(Broker::Away { problem }) => println!("{problem}"),
        Some(Broker::Reached { .. }) | None => {}
    }
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    table
}
