//! Landing a file that somebody named.

use std::fs;
use std::os::unix::fs::symlink;

use tolva_events::{Bus as _, publish_outbox};
use tolva_ledger::ArrivalOrigin;
use tolva_watcher::{WatcherError, land_file};

use crate::house::{House, next_arrival};

#[tokio::test]
async fn each_landing_is_an_arrival_and_is_published_by_the_outbox() {
    let house = House::new().await;
    let file = house.elsewhere("any name.csv");
    fs::write(&file, "one").expect("written");
    let link = house.elsewhere("link.csv");
    symlink(&file, &link).expect("linked");
    let mut arrivals = Vec::new();
    for path in [&file, &file, &link] {
        let origin = ArrivalOrigin::Command;
        arrivals.push(
            land_file(&house.ledger, path, "employees", "north", origin).await.expect("landed"),
        );
    }
    let all = house.arrivals().await;
    assert_eq!(arrivals, all.iter().map(|arrival| arrival.id).collect::<Vec<_>>());
    assert_eq!((all[0].file.as_str(), all[0].part.as_str()), ("any name.csv", "north"));
    assert_eq!(
        (all[0].path.as_str(), all[0].origin.as_str()),
        (file.to_str().expect("text"), "command")
    );
    assert_eq!(house.content(all[2].id).await, "one");
    let mut events = house.bus.consume();
    assert_eq!(publish_outbox(&house.ledger, &*house.bus).await.expect("published"), 3);
    assert_eq!(publish_outbox(&house.ledger, &*house.bus).await.expect("published"), 0);
    for id in arrivals {
        assert_eq!(next_arrival(&mut events).await, id);
    }
}

#[tokio::test]
async fn what_is_missing_or_no_plain_file_is_an_error_that_names_it() {
    let house = House::new().await;
    for path in [house.elsewhere("nothing.csv"), house.elsewhere("")] {
        let landed = land_file(&house.ledger, &path, "employees", "", ArrivalOrigin::Command).await;
        let error = landed.expect_err("refused");
        assert!(
            matches!(&error, WatcherError::File { path: named, .. } if *named == path),
            "{error}"
        );
    }
    assert!(house.arrivals().await.is_empty());
}
