//! Walks below one thing, over pages of which only a later one shows what belongs to others.

use serde_json::{Value, json};

use super::try_tests::{Told, run};

const DOCUMENT: &str = "
paths:
  /teams:
    get:
      operationId: teams
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {type: object, properties: {id: {type: string}}}}}}}}
  /teams/{teamId}/tasks:
    get:
      operationId: tasks
      summary: SUMMARY
      parameters:
        - {name: teamId, in: path, required: true, schema: {type: string}}
        - {name: cursor, in: query, schema: {type: string}}
      responses:
        '200': {description: d, content: {application/json: {schema: {type: object, properties: {
          items: {type: array, items: {type: object, properties: {id: {type: string}, teamId: {type: string, description: WHOSE}}}},
          next_cursor: {type: string, nullable: true}}}}}}
        '404': {description: d}
";

const OWN: &str = "The tasks of this team";
const BELONGS: &str = "The team that the task belongs to.";

/// What a team's list shows: its own tasks, then those of the others that are named.
fn tasks(team: &str, others: &[&str]) -> Vec<Value> {
    let all = [team].into_iter().chain(others.iter().copied());
    let all = all.flat_map(|team| (1..4).map(move |n| (team, n)));
    all.map(|(team, n)| json!({"id": format!("{team}-{n}"), "teamId": team}))
        .collect()
}

/// What breaks at or above `should`.
async fn broken(
    (summary, whose): (&str, &str),
    list: impl Fn(&str) -> Vec<Value> + Send + Sync,
) -> Vec<String> {
    let document = DOCUMENT.replace("SUMMARY", summary).replace("WHOSE", whose);
    let (_, plan, finished) = run(
        &document,
        "{teams,tasks}.{valid,walk}",
        |_, target, _| -> Told {
            let Some(rest) = target.strip_prefix("/teams/") else {
                let teams: Value = (1..5).map(|n| json!({"id": format!("t-100{n}")})).collect();
                return (200, vec![], teams);
            };
            let (team, query) = rest.split_once("/tasks").unwrap_or_default();
            let at = query.rsplit('=').next().and_then(|at| at.parse().ok());
            let at: usize = at.unwrap_or(0);
            let all = list(team);
            let next = (at + 3 < all.len()).then(|| (at + 3).to_string());
            let page: Vec<&Value> = all.iter().skip(at).take(3).collect();
            (200, vec![], json!({"items": page, "next_cursor": next}))
        },
    )
    .await;
    let found = finished.settled.findings.iter();
    let found = found.map(|one| plan.clauses.get(one.clause).id().to_owned());
    found.collect()
}

fn next_of(team: &str) -> &'static str {
    match team {
        "t-1001" => "t-1002",
        "t-1002" => "t-1003",
        _ => "t-1004",
    }
}

/// What a list shows below a team.
type List = fn(&str) -> Vec<Value>;

#[tokio::test]
async fn what_a_later_page_shows_belongs_as_well() {
    let nothing = ("The list", "A team.");
    let said = (OWN, BELONGS);
    let all: List = |_| tasks("t-1001", &["t-1002", "t-1003"]);
    let own: List = |team| tasks(team, &[]);
    let of_next: List = |team| tasks(team, &[next_of(team)]);
    let only_others: List = |team| tasks(next_of(team), &[]);
    for (what, said, list, is_broken) in [
        ("right", said, own, false),
        ("all of them", nothing, all, true),
        ("all of them, and said", said, all, true),
        // A feed, or what a thing has a part in.
        ("others as well", nothing, of_next, false),
        (
            "others as well, of one that has them",
            (OWN, "A team."),
            of_next,
            false,
        ),
        (
            "others as well, where nobody says whose",
            ("The list", BELONGS),
            of_next,
            false,
        ),
        ("others as well, though each is of one", said, of_next, true),
        ("others only", said, only_others, false),
    ] {
        let found = broken(said, list).await;
        let wanted: &[&str] = if is_broken {
            &["tasks/state/belongs"]
        } else {
            &[]
        };
        assert_eq!(found, wanted, "{what}");
    }
}
