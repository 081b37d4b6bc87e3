//! The engine over an API that is nothing like the first: `examples/orders` with its hand-written battery. As it starts
//! it keeps its contract; with a fault, the clause that is broken is found, and only it, where a case looks at it.

use clap::ValueEnum as _;
use conform::{Level, Outcome, Report, Suite};

use service::{Fault, Options};

#[path = "../../examples/orders/service/mod.rs"]
pub mod service;

/// Faults that no hand-written case looks at: the battery says nothing of them.
const NOT_LOOKED_AT: [Fault; 5] = [
    Fault::LimitNotChecked,
    Fault::CreateNotListed,
    Fault::QuantityNotChecked,
    Fault::PatchNotApplied,
    Fault::RequestIdMissing,
];

fn run(fault: Option<Fault>) -> Report {
    run_with("cases", fault)
}

fn run_with(cases: &str, fault: Option<Fault>) -> Report {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let options = Options {
            fault,
            ..Options::default()
        };
        tokio::spawn(service::serve(listener, options));
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/orders");
        let suite = Suite::embedded()
            .without_embedded()
            .spec(format!("{folder}/openapi.yaml"))
            .cases(format!("{folder}/{cases}"))
            .base_url(format!("http://{address}"))
            .param("X-Tenant", "acme")
            .credentials("orders-demo-token", "")
            .allow_writes();
        suite.run().await.unwrap()
    })
}

#[test]
fn the_service_keeps_its_contract() {
    let report = run(None);
    assert_eq!(
        report.outcome,
        Outcome::Conformant,
        "{:?}",
        report.complaint()
    );
    assert_eq!(report.summary.cases.pass, 11);
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    // An operation that only a later step asks is asked all the same.
    for clause in &report.clauses {
        let reason = clause.reason.as_deref().unwrap_or_default();
        let unasked = reason == "no case sends a request to its operation";
        let is_asked = [
            "listOrders",
            "createOrder",
            "getOrder",
            "updateOrder",
            "deleteOrder",
        ]
        .contains(&clause.operation.as_str());
        assert_eq!(unasked, !is_asked, "{}: {reason}", clause.id);
    }
}

#[test]
fn each_fault_is_found_as_the_clause_that_it_breaks() {
    for fault in Fault::value_variants() {
        let report = run(Some(*fault));
        let gating = report
            .findings
            .iter()
            .filter(|finding| finding.level > Level::Info);
        let found: Vec<&str> = gating.map(|finding| finding.clause.as_str()).collect();
        // That a deleted order can be read is seen as the status of that read.
        let expected = match fault {
            fault if NOT_LOOKED_AT.contains(fault) => Vec::new(),
            Fault::DeleteDoesNothing => vec!["getOrder/404/status"],
            fault => vec![fault.clause()],
        };
        assert_eq!(found, expected, "{fault}: {:?}", report.complaint());
        assert_eq!(report.exit_code, u8::from(!expected.is_empty()), "{fault}");
    }
}

/// The life of an order as an Arazzo document: each step is judged by its criteria and by the contract.
#[test]
fn a_workflow_is_green_until_a_fault_breaks_one_of_its_criteria() {
    let flow = "flow.arazzo.yaml";
    let report = run_with(flow, None);
    let complaint = report.complaint();
    assert_eq!(report.outcome, Outcome::Conformant, "{complaint:?}");
    assert_eq!(report.summary.cases.pass, 1);
    assert_eq!(report.summary.exchanges, 5);
    for (fault, clause, said) in [
        (
            Fault::DeleteDoesNothing,
            "getOrder/rule/order-life/gone/1",
            "step `gone` of the workflow `order-life` meets its criterion `$statusCode == 404`: it does not: $statusCode is 200",
        ),
        (
            Fault::PatchNotApplied,
            "getOrder/rule/order-life/read/3",
            "criterion `$[?@ == 'shipped']`",
        ),
        // The contract has its own word on each answer, too.
        (
            Fault::LocationMissing,
            "createOrder/201/header/Location/present",
            "Location",
        ),
    ] {
        let report = run_with(flow, Some(fault));
        let found: Vec<&str> = report.findings.iter().map(|one| &*one.clause).collect();
        assert_eq!(found[0], clause, "{fault}: {found:?}");
        assert!(
            report.findings[0].message.contains(said),
            "{}",
            report.findings[0].message
        );
        assert_eq!(report.exit_code, 1, "{fault}");
    }
}
