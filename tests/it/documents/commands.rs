//! The commands of the documents that need a running service.

use std::{collections::BTreeMap, sync::Arc};

use tokio::{sync::Semaphore, task::JoinSet};
use vestibule::clock::Clock;

use super::{
    Block, blocks, blocks_of,
    set_up::{Installed, KEYS, SetUp},
};
use crate::harness::{browser::Browser, users::PASSWORD};

/// Installations at the same time.
const AT_ONCE: usize = 3;

/// Runs all blocks with a set-up. The blocks of one section share an installation, because a section is one procedure.
async fn problems_of(set_up: SetUp, blocks: Vec<Block>) -> Vec<String> {
    let mut sections: BTreeMap<(String, String), Vec<Block>> = BTreeMap::new();
    for block in blocks.into_iter().filter(|block| block.set_up() == Some(set_up)) {
        sections.entry((block.document.clone(), block.section.clone())).or_default().push(block);
    }
    assert!(!sections.is_empty(), "no block has the set-up {set_up:?}");
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for blocks in sections.into_values() {
        let places = places.clone();
        running.spawn(async move {
            let _place = places.acquire_owned().await.expect("the semaphore is open");
            let installed = Installed::new(set_up).await;
            // After a failure the next blocks of the section would fail, too.
            blocks.iter().map(|block| installed.try_run(block)).find_map(Result::err)
        });
    }
    running.join_all().await.into_iter().flatten().collect()
}

async fn assert_commands_succeed(set_up: SetUp) {
    let problems = problems_of(set_up, blocks()).await;
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn commands_beside_a_running_service_succeed() {
    assert_commands_succeed(SetUp::Service).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn commands_beside_an_installed_package_succeed() {
    assert_commands_succeed(SetUp::Package).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn commands_with_mongodb_succeed() {
    assert_commands_succeed(SetUp::Mongodb).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn commands_with_sqlite_and_mongodb_succeed() {
    assert_commands_succeed(SetUp::TwoDatabases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn commands_with_a_mail_server_succeed() {
    assert_commands_succeed(SetUp::Mail).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn a_wrong_command_of_a_document_is_found() {
    let of = |command: &str| blocks_of("made-up.md", &format!("## One\n```sh run service\n{command}\n```\n"));
    for wrong in [
        "vestibule users disabel ada",
        "vestibule users disable grace",
        "vestibule events --type passwordSignin",
        "vestibule healthcheck --url https://id.corp.example/other\nvestibule users list",
        "systemctl reload vestibule",
        "install -m 600 secret-keys /etc/vestibule/keys",
    ] {
        let problems = problems_of(SetUp::Service, of(wrong)).await;
        assert!(problems.len() == 1 && problems[0].starts_with("made-up.md:2: "), "{wrong}: {problems:?}");
    }
    assert!(problems_of(SetUp::Service, of("vestibule users disable ada")).await.is_empty());
    let ends = "## One\n```sh run service until-stopped\nvestibule events\n```\n";
    assert_eq!(problems_of(SetUp::Service, blocks_of("made-up.md", ends)).await.len(), 1);
}

// A key that is replaced too early would end sessions, or make the secrets of authenticator apps unreadable.
#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn sessions_stay_valid_while_the_keys_are_rotated_as_documented() {
    let is_of_rotation = |block: &Block| {
        block.document == "deploy/docs/production.md"
            && block.section == "Rotate the keys"
            && block.set_up() == Some(SetUp::Service)
    };
    let blocks: Vec<Block> = blocks().into_iter().filter(is_of_rotation).collect();
    assert!(blocks.len() >= 3, "add, seal, remove: {}", blocks.len());
    let installed = Installed::new(SetUp::Service).await;
    let keys = || std::fs::read_to_string(installed.path().join(KEYS)).expect("the keys").trim().to_owned();
    let old = keys();
    let mut longest = 0;
    for block in &blocks {
        installed.try_run(block).unwrap_or_else(|problem| panic!("{problem}"));
        longest = longest.max(keys().split(',').count());
        for browser in &installed.signed_in {
            browser.me().await.expect_status(200);
        }
    }
    for browser in &installed.signed_in {
        // The answer to a token of the removed key brings a new one.
        browser.keep_alive().await;
        browser.keep_alive().await.expect_status(200);
    }
    let new = keys();
    assert_eq!((longest, new.split(',').count()), (2, 1), "both keys for a time, then the new one");
    assert_ne!(new, old);
    let id = new.split_once(':').expect("id:base64").0;
    let rotated = installed.expect_success("vestibule keys rotate --json");
    let rotated: serde_json::Value = serde_json::from_str(&rotated).expect("JSON");
    assert_eq!(
        (&rotated["key"], &rotated["sealed"]),
        (&id.into(), &0.into()),
        "all is sealed with the new key"
    );
    let browser = Browser::at(installed.address());
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    // The code of this step was used by the first login.
    let code = installed.app.code_of_step(Clock::system().now(), 1);
    browser.verify(&code).await.expect_status(200);
    browser.me().await.expect_status(200);
}
