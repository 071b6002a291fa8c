//! Many files at once.

use std::collections::BTreeSet;
use std::fs;

use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_files_at_once_are_all_taken_once() {
    let house = House::new().await;
    let running = house.watch().await;
    let mut expected = BTreeSet::new();
    for number in 0..500 {
        let name = match number % 3 {
            0 => format!("employees-{number}.csv"),
            1 => format!("employees/{number}.csv"),
            _ => format!("relationships/{number}.csv"),
        };
        if number % 2 == 0 {
            house.drop_file(&name, &name);
        } else {
            fs::write(house.elsewhere("x"), &name).expect("written");
            fs::rename(house.elsewhere("x"), house.inbox(&name)).expect("moved");
        }
        expected.insert(name);
    }
    house.until("all are taken", async || house.taken().await.len() >= expected.len()).await;
    let taken = house.taken().await;
    assert_eq!(taken.len(), expected.len());
    assert_eq!(BTreeSet::from_iter(taken), expected);
    for arrival in house.arrivals().await {
        assert_eq!(house.content(arrival.id).await, arrival.path);
    }
    running.stop().await;
}
