//! Drafts of files whose lines repeat things.

use super::files::check;

#[tokio::test]
async fn what_lines_repeat_becomes_a_table() {
    let orders: String = (0..24)
        .map(|n| {
            let (order, customer) = (n / 2, n / 2 % 5);
            let name = ["Ann", "Bob", "Cid", "Dan", "Eve"][customer];
            let (line, day, product) = (n % 2 + 1, order % 9 + 1, ["nut", "bolt", "gear"][n % 3]);
            format!("{order},2024-02-0{day},{customer},{name},{line},{product},{}\n", n * 7 % 10)
        })
        .collect();
    let orders = &format!(
        "order_id,order_date,customer_id,customer_name,line_no,product,quantity\n{orders}"
    );
    let courses = "student_id,student_name,course_id,course_title,grade\n\
                   1,Ann,m,Maths,1.0\n1,Ann,p,Physics,2.5\n2,Bob,m,Maths,3.0\n3,Cid,p,Physics,1.5\n";
    let members = "email,first,last,team\na@x.org,Ann,Ames,red\na@x.org,Ann,Ames,blue\n\
                   b@x.org,Bob,Best,red\nc@x.org,Cid,Cole,blue\nc@x.org,Cid,Cole,red\n\
                   d@x.org,Dan,Dorn,red\ne@x.org,Eve,East,blue\ne@x.org,Eve,East,green\n\
                   f@x.org,Fay,Ford,red\ng@x.org,Gus,Gray,green\n";
    let payments = "order_id,order_date,customer,paid\n1,2024-01-31,Ann,5\n1,2024-01-31,Ann,7\n\
                    2,2024-02-01,Bob,5\n2,2024-02-01,Bob,9\n3,2024-02-02,Cid,5\n3,2024-02-02,Cid,6\n\
                    4,2024-02-03,Dan,7\n4,2024-02-03,Dan,5\n";
    let teams = members.replace("email,first", "email,id").replace("Ann,", "1,");
    let staff =
        "id,name,department_id,department_name\n1,Ann,1,Sales\n2,Bob,1,Sales\n3,Cid,2,Law\n";
    let cities = "id,name,zip,city\n1,Ann,12345,Bonn\n2,Bob,12345,Bonn\n3,Cid,54321,Rome\n";
    check(&[
        (
            "orders.csv",
            orders,
            &[
                "customer(id* integer, name text)",
                "order(id* integer, date date, customer_id integer → customer)",
                "order_line(order_id* integer → order, line_no* integer, product text, quantity integer)",
            ],
        ),
        ("grades.csv", courses, &["course(id* text, title text)", "student(id* integer, name text)", "grade(student_id* integer → student, course_id* text → course, grade number)"]),
        (
            "members.csv",
            members,
            &[
                "team(id, name* text)",
                "member(id, email* text, first text, last text)",
                "member_team(member_id* → member, team_id* → team)",
            ],
        ),
        (
            "staff.csv",
            staff,
            &[
                "department(id* integer, name text)",
                "staff(department_id integer → department, id* integer, name text)",
            ],
        ),
        (
            "payments.csv",
            payments,
            &[
                "order(id* integer, date date, customer text)",
                "payment(order_id* integer → order, paid* integer)",
            ],
        ),
        (
            "teams.csv",
            &teams,
            &[
                "team(id, name* text)",
                "team_2(id* text, email text, last text)",
                "team_2_team(id* text → team_2, team_id* → team)",
            ],
        ),
        ("people.csv", cities, &["people(id* integer, name text, zip text, city text)"]),
    ])
    .await;
}
