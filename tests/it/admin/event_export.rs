//! `GET /api/admin/events/export`.

use std::{collections::BTreeSet, time::Duration};

use futures_util::future::join_all;
use serde_json::{Value, json};
use vestibule::audit::{EventKind, Recorder};

use super::administrator;
use crate::harness::{
    browser::Browser,
    federated::{event_details, events},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

const ROUTE: &str = "/api/admin/events/export";

/// More than two reads of the store.
const MANY: usize = 1_050;

#[on_every_store]
async fn all_selected_events_are_exported(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let recorder = Recorder::of_command_line(&service.app.event_chain, &service.clock).about(ada.id);
    for _ in 0..MANY / 50 {
        join_all((0..50).map(|_| recorder.success(EventKind::SignOut).record())).await;
    }
    // Ids of one millisecond have no order.
    service.advance_time(Duration::from_millis(1));
    let (admin, _) = administrator(&service).await;
    let answer = admin.get(&format!("{ROUTE}?format=ndjson&type=signOut")).await.expect_status(200);
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let lines: Vec<Value> =
        answer.text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let ids: BTreeSet<&str> = lines.iter().map(|event| event["id"].as_str().expect("an id")).collect();
    assert_eq!((lines.len(), ids.len()), (MANY, MANY));
    let listed = admin.get("/api/admin/events?type=signOut&limit=1").await.expect_status(200).json();
    assert_eq!(lines[0], listed["items"][0], "the same members as in the list, the newest first");

    let csv = admin.get(&format!("{ROUTE}?type=signOut&user={}", ada.id)).await.expect_status(200);
    assert_eq!(
        csv.text.split("\r\n").count(),
        MANY + 2,
        "a header, the events, and the end of the last line"
    );
    let today = &service.clock.now().to_string()[..10];
    let name = format!("attachment; filename=\"audit-events-{today}.csv\"");
    assert_eq!(csv.header("content-disposition"), Some(name.as_str()));
    let none = admin.get(&format!("{ROUTE}?type=nonsense")).await.expect_status(200);
    assert!(none.text.starts_with("id,at,type,outcome,") && none.text.lines().count() == 1, "{}", none.text);

    let exports: Vec<_> = events(&service).await;
    let exports: Vec<_> = exports.iter().filter(|event| event.kind == EventKind::EventsExported).collect();
    assert_eq!(exports.len(), 3, "each export is recorded");
    let mut details = exports.iter().map(|event| event_details(event));
    let of_ada =
        details.find(|details| details["user"] == ada.id.to_string()).expect("the filter is recorded");
    assert_eq!((&of_ada["type"], &of_ada["format"]), (&json!("signOut"), &json!(null)), "{of_ada}");
    for bad in ["format=xls", "outcome=maybe", "ip=x"] {
        admin.get(&format!("{ROUTE}?{bad}")).await.expect_problem(400, "invalid_request");
    }
}

// CSV injection: the user agent is text of any client, and an administrator opens the file in a spreadsheet.
#[on_every_store]
async fn text_of_a_client_is_no_formula(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let attack = "=HYPERLINK(\"http://evil.example\",\"a\")";
    let attacker = Browser::of(&service).with_header("user-agent", attack);
    attacker.sign_in("ada", PASSWORD).await.expect_status(200);
    let (admin, _) = administrator(&service).await;
    let text = admin.get(&format!("{ROUTE}?type=passwordSignIn")).await.expect_status(200).text;
    assert!(text.contains("\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"a\"\")\""), "{text}");
    assert!(!text.contains(",=") && !text.contains(",\"="), "{text}");
}
