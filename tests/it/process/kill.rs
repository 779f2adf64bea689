//! kill -9 during writes.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{add, users};
use crate::harness::{browser::Browser, process::Installation, users::PASSWORD};

/// Delay before the kill, different in each round.
fn moment(round: u64) -> Duration {
    Duration::from_millis(20 + round * 37 % 160)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn acknowledged_writes_survive_a_kill() {
    let home = Installation::with_settings(&[("VESTIBULE_HASH_THREADS", "1")]);
    add(&home, "ada");
    let mut cookies: Vec<String> = Vec::new();
    for round in 0..20 {
        let serving = home.serve();
        for cookie in cookies.drain(..) {
            let later = Browser::at(serving.address);
            later.put_cookie("vestibule-3000", &cookie);
            later.me().await.expect_status(200);
        }
        let acknowledged = Arc::new(Mutex::new(Vec::new()));
        let writers: Vec<_> = (0..3)
            .map(|_| {
                let (address, acknowledged) = (serving.address, acknowledged.clone());
                tokio::spawn(async move {
                    // Ends by panic when the service is gone. Answered requests count.
                    loop {
                        let browser = Browser::at(address);
                        let answer = browser.sign_in("ada", PASSWORD).await;
                        if answer.status == 200 {
                            acknowledged.lock().unwrap().push(browser.session().unwrap());
                        }
                    }
                })
            })
            .collect();
        tokio::time::sleep(moment(round)).await;
        serving.kill();
        for writer in writers {
            writer.abort();
            drop(writer.await);
        }
        cookies = acknowledged.lock().unwrap().clone();
    }
    let shown = home.run(&["users", "show", "ada"]).expect_exit(0);
    assert!(shown.out.contains("username: ada"), "{}", shown.out);
}

#[test]
fn killed_import_can_be_repeated() {
    let home = Installation::new();
    let hash = bcrypt::hash(PASSWORD, 4).unwrap();
    let rows: Vec<String> = (0..400).map(|n| format!("user{n},user{n}@corp.example,true,{hash}\n")).collect();
    home.write("users.csv", format!("username,email,emailVerified,password\n{}", rows.concat()));
    for round in 0..20 {
        let mut import = home.command(&["users", "import", "users.csv"]).spawn().unwrap();
        std::thread::sleep(moment(round));
        import.kill().unwrap();
        import.wait().unwrap();
    }
    let done = home.run(&["users", "import", "users.csv"]).expect_exit(0);
    assert!(
        done.out.ends_with(" 0 updated, 400 unchanged, 0 refused\n") || done.out.contains("created user399"),
        "{}",
        done.out
    );
    let done = home.run(&["users", "import", "users.csv"]).expect_exit(0);
    assert!(done.out.ends_with("400 rows: 0 created, 0 updated, 400 unchanged, 0 refused\n"), "{}", done.out);
    let all = users(&home);
    assert_eq!(all.len(), 400);
    assert!(all.iter().all(|user| user["emailVerified"] == true && user["hasPassword"] == true));
}
