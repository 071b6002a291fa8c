//! Both datasets of the mission, first version.

use tolva_schema::state::ArrivalState;

use crate::world::{mission, on_every_backend, samples};

on_every_backend!(the_missions_files_are_loaded, |world: World| async move {
    world.contract("relationships.toml", &mission("relationships")).await;
    world.contract("employees.toml", &mission("employees")).await;
    let file = samples().join("relationships/v1.xlsx");
    let dropped = world.drop_file("relationships", &file).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded);
    assert_eq!(world.rows("person", &["number"]).await.len(), 50);
    let dropped = world.drop_file("employees", &samples().join("employees/v1.csv")).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded);
    assert_eq!(world.rows("employee_department", &["employee_id"]).await.len(), 106);
});
