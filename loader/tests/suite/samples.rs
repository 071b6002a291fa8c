//! Each version of the sample files, in sequence and in other orders: the tables equal the file.

use tolva_schema::state::ArrivalState;

use crate::expected::{EMPLOYEE, Image, employees, relationships};
use crate::look::{assert_adds_up, assert_tells, brief, count};
use crate::world::{World, mission, on_every_backend, samples};

/// The mission's contract, without the guard against large deletions.
fn contract(name: &str) -> String {
    format!("max_delete = 1\n{}", mission(name))
}

async fn relationship_tables(world: &World) -> (Image, Image) {
    let people = world.keyed("person", &["number", "label", "name"], 1).await;
    let columns = ["from_number", "to_number", "related"];
    (people, world.keyed("relationship", &columns, 2).await)
}

async fn load_relationships(world: World, versions: &[u32]) {
    world.contract("relationships.toml", &contract("relationships")).await;
    let (mut people, mut relations) = (Image::new(), Image::new());
    for version in versions {
        let path = samples().join(format!("relationships/v{version}.xlsx"));
        let (offered_people, offered_relations) = relationships(&path);
        let dropped = world.drop_file("relationships", &path).await;
        assert_eq!(dropped.report.state, ArrivalState::Loaded, "v{version}");
        assert_adds_up(&dropped.report);
        let (people_now, relations_now) = relationship_tables(&world).await;
        assert!(people_now == offered_people.over(&people), "people of v{version}");
        assert!(relations_now == offered_relations.over(&relations), "relations of v{version}");
        assert_tells(&dropped.report, "person", &people, &people_now);
        assert_tells(&dropped.report, "relationship", &relations, &relations_now);
        let refused = offered_relations.refused.len() as u64;
        assert_eq!(dropped.report.rejected, refused, "v{version}");
        let (held, rejected) = ("held", "rejected");
        let told = [held, rejected].map(|word| count(&dropped.report, "relationship", word));
        assert_eq!(told.iter().sum::<u64>(), refused);
        let kept = offered_relations.refused.iter().filter(|key| relations.contains_key(*key));
        assert_eq!(told[0], kept.count() as u64, "held of v{version}");
        (people, relations) = (people_now, relations_now);
        // Once more: nothing is left to do.
        let version = world.version("relationships").await;
        let again = world.drop_file("relationships", &path).await;
        assert_eq!(again.report.state, ArrivalState::Unchanged);
        assert_eq!(world.version("relationships").await, version);
    }
}

on_every_backend!(relationships_equal_each_version_in_sequence, |world: World| async move {
    load_relationships(world, &[1, 2, 3, 4]).await;
});

on_every_backend!(relationships_equal_each_version_in_another_order, |world: World| async move {
    load_relationships(world, &[4, 2, 1, 4, 3]).await;
});

on_every_backend!(relationships_equal_each_version_backwards, |world: World| async move {
    load_relationships(world, &[3, 4, 1, 2]).await;
});

/// Everything by natural keys: company, department, employee, who works where.
pub async fn employee_tables(world: &World) -> [Image; 4] {
    let columns: Vec<String> = EMPLOYEE.iter().map(|name| format!("e.{name}")).collect();
    let sql = format!(
        "SELECT {}, c.name FROM employee e JOIN company c ON c.id = e.company_id",
        columns.join(", ")
    );
    let mut people = Image::new();
    for mut row in world.query(&sql, EMPLOYEE.len() + 1).await {
        let content = row.split_off(1);
        assert_eq!(people.insert(row, content), None);
    }
    let sql = "SELECT e.email, d.name FROM employee_department w \
               JOIN employee e ON e.id = w.employee_id JOIN department d ON d.id = w.department_id";
    let works = world.query(sql, 2).await;
    assert_eq!(works.len(), world.rows("employee_department", &["employee_id"]).await.len());
    [
        world.keyed("company", &["name"], 1).await,
        world.keyed("department", &["name"], 1).await,
        people,
        works.into_iter().map(|key| (key, Vec::new())).collect(),
    ]
}

const TABLES: [&str; 4] = ["company", "department", "employee", "employee_department"];

async fn load_employees(world: World, versions: &[u32]) {
    world.contract("employees.toml", &contract("employees")).await;
    let mut before: [Image; 4] = Default::default();
    let mut ids = Image::new();
    for version in versions {
        let path = samples().join(format!("employees/v{version}.csv"));
        let offered = employees(&path);
        let dropped = world.drop_file("employees", &path).await;
        assert_eq!(dropped.report.state, ArrivalState::Loaded, "v{version}");
        assert_adds_up(&dropped.report);
        let after = employee_tables(&world).await;
        let offers = [offered.company, offered.department, offered.employee, offered.works];
        for (at, offer) in offers.iter().enumerate() {
            let table = TABLES[at];
            assert!(after[at] == offer.over(&before[at]), "{table} of v{version}");
            assert_tells(&dropped.report, table, &before[at], &after[at]);
        }
        before = after;
        // An id lives as long as its row.
        let now = world.keyed("employee", &["email", "id"], 1).await;
        for (email, id) in &now {
            assert!(ids.get(email).is_none_or(|old| old == id), "{email:?} has another id");
        }
        ids = now;
    }
}

on_every_backend!(employees_equal_each_version_in_sequence, |world: World| async move {
    load_employees(world, &[1, 2, 3]).await;
});

on_every_backend!(employees_equal_each_version_in_another_order, |world: World| async move {
    load_employees(world, &[3, 1, 3, 2, 1]).await;
});

on_every_backend!(an_id_is_not_given_twice, |world: World| async move {
    world.contract("employees.toml", &contract("employees")).await;
    let file = |version: u32| samples().join(format!("employees/v{version}.csv"));
    world.drop_file("employees", &file(1)).await;
    let first = world.keyed("employee", &["id", "email"], 1).await;
    world.drop_file("employees", &file(2)).await;
    let second = world.keyed("employee", &["id", "email"], 1).await;
    for (id, email) in &second {
        assert!(first.get(id).is_none_or(|old| old == email), "{id:?} was given again");
    }
    // Three are gone; when they are back, they are new rows.
    world.drop_file("employees", &file(1)).await;
    let third = world.keyed("employee", &["email", "id"], 1).await;
    let gone: Vec<_> = first.iter().filter(|(id, _)| !second.contains_key(*id)).collect();
    assert_eq!(gone.len(), 3);
    for (id, email) in gone {
        assert_ne!(third[email], *id, "{email:?} has the id of a row that is gone");
    }
});

on_every_backend!(a_refused_relation_is_held_only_where_there_is_one, |world: World| async move {
    world.contract("relationships.toml", &contract("relationships")).await;
    let file = |version: u32| samples().join(format!("relationships/v{version}.xlsx"));
    let fresh = world.drop_file("relationships", &file(4)).await;
    assert_eq!(fresh.report.held, 0);
    let which = |rows: &Image| rows.get(&vec![Some("4".into()), Some("8".into())]).cloned();
    assert_eq!(which(&relationship_tables(&world).await.1), None);
    world.drop_file("relationships", &file(3)).await;
    let known = which(&relationship_tables(&world).await.1);
    assert!(known.is_some());
    let held = world.drop_file("relationships", &file(4)).await;
    assert_eq!(held.report.held, 1);
    assert_eq!(which(&relationship_tables(&world).await.1), known);
    assert!(brief(&held.report, "relationship").contains("1 held"));
});
