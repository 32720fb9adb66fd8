//! Checkpoints: a run that was killed goes on to the bytes of an unbroken one, a branch gives those of a whole
//! run, and a file that cannot be used says why.
#![cfg(unix)]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use common::{assert_same_folder, code, every_lever, folder, manifest, qonaq, run, variant};

const SHORT: &str = "--weeks 16 --replicates 3 --scale 0.2 --no-plots";

fn out(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The folder of checkpoints beside a run folder.
fn beside(run: &Path) -> PathBuf {
    PathBuf::from(format!("{}.checkpoints", out(run)))
}

/// File of a replicate's state at the end of a week.
fn state(run: &Path, week: u32, replicate: u32) -> PathBuf {
    beside(run).join(format!("week-{week:04}/replicate-{replicate:04}.checkpoint"))
}

/// Number of files below a folder; none where there is no folder.
fn files(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries.flatten().map(|e| if e.path().is_dir() { files(&e.path()) } else { 1 }).sum()
}

/// Starts `qonaq run` and does not wait for it.
fn start(scenario: &str, at: &Path, flags: &str) -> Child {
    Command::new(assert_cmd::cargo::cargo_bin("qonaq"))
        .args(["run", scenario, "--out", out(at)])
        .args(flags.split_whitespace())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The text with hashes of scenarios, which every new default changes, made alike.
fn unhashed(text: &str) -> String {
    let mut parts = text.split("scenario ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        let hash = part.get(..8).is_some_and(|h| h.bytes().all(|b| b.is_ascii_hexdigit()));
        if hash {
            format!("{all}scenario HASH{}", &part[8..])
        } else {
            format!("{all}scenario {part}")
        }
    })
}

/// What a run that must end with `wanted` says on stderr, without notes on the scenario and names of folders.
fn said(wanted: i32, scenario: &str, at: &Path, flags: &str, temporary: &Path) -> String {
    let mut arguments = vec!["run", scenario, "--out", out(at)];
    arguments.extend(flags.split_whitespace());
    let output = qonaq(&arguments);
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(code(&output), wanted, "{text}");
    let text = text.replace(out(temporary), "DIR").replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let text = unhashed(&text);
    let of_scenario = |part: &&str| part.contains(".toml:") && part.contains(": note: ");
    text.split("\n\n").filter(|part| !of_scenario(part)).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn killed_at_random_again_and_again_a_run_ends_with_the_bytes_of_an_unbroken_one() {
    let temporary = folder();
    let flags = "--weeks 16 --replicates 4 --scale 0.2 --checkpoint-every 3";
    let whole = temporary.path().join("whole");
    run("small-town", &whole, &flags.replace("--checkpoint-every 3", ""));
    let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos();
    let mut random = u64::from(seed);
    let mut draw = |n: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (random >> 40) % n
    };
    let (mut kills, mut kills_with_work) = (0, 0);
    for round in 0..6 {
        let at = temporary.path().join(format!("round-{round}"));
        for attempt in 0_u32.. {
            assert!(attempt < 100, "seed {seed}: no end");
            let threads = if attempt % 2 == 0 { 2 } else { 7 };
            let wanted = files(&beside(&at)) + draw(7) as usize;
            let mut child =
                start("small-town", &at, &format!("{flags} --resume --threads {threads}"));
            // A few files further on, and then at any moment: the speed of the machine does not count.
            while files(&beside(&at)) < wanted && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(2));
            }
            std::thread::sleep(Duration::from_millis(draw(60)));
            let _ = child.kill();
            let status = child.wait().unwrap();
            if let Some(code) = status.code() {
                assert_eq!(code, 0, "seed {seed}");
                break;
            }
            kills += 1;
            kills_with_work += u32::from(beside(&at).is_dir());
        }
        // The last process may have been killed after its manifest and before its last removal.
        run("small-town", &at, &format!("{flags} --resume"));
        assert_same_folder(&whole, &at, &format!("seed {seed}, round {round}"));
        assert!(!beside(&at).join("finished").exists(), "rows of a finished run are left");
    }
    assert!(kills_with_work > 5, "seed {seed}: killed before any work {kills} times");
}

#[test]
fn a_checkpoint_taken_at_2_threads_goes_on_at_7() {
    let temporary = folder();
    let (whole, at) = (temporary.path().join("whole"), temporary.path().join("at"));
    run("small-town", &whole, &format!("{SHORT} --threads 3"));
    run("small-town", &at, &format!("{SHORT} --threads 2 --checkpoint-every 5"));
    assert_same_folder(&whole, &at, "with checkpoints");
    // As a kill in week 11 would leave it.
    fs::remove_dir_all(&at).unwrap();
    fs::remove_dir_all(beside(&at).join("week-0015")).unwrap();
    fs::remove_file(state(&at, 10, 1)).unwrap();
    run("small-town", &at, &format!("{SHORT} --threads 7 --resume"));
    assert_same_folder(&whole, &at, "2 threads, then 7");
}

#[test]
fn a_signal_keeps_finished_replicates_and_resume_uses_them() {
    let temporary = folder();
    let flags = "--replicates 40 --weeks 8 --scale 0.2 --no-plots --threads 2";
    let whole = temporary.path().join("whole");
    let clock = Instant::now();
    run("small-town", &whole, flags);
    let half = clock.elapsed() / 2;
    let at = temporary.path().join("at");
    let mut child = start("small-town", &at, flags);
    std::thread::sleep(half);
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let kept = manifest(&at)["replicates_finished"].as_u64().unwrap() as usize;
    let rows = fs::read_dir(beside(&at).join("finished")).unwrap().count();
    assert_eq!(rows, kept, "rows of every finished replicate");
    // Rows that are kept are used: another run's would show.
    let text = said(0, "small-town", &at, &format!("{flags} --resume"), temporary.path());
    assert!(!text.contains("nothing to resume"), "{text}");
    assert_same_folder(&whole, &at, "resumed");
    assert!(!beside(&at).exists());
}

#[test]
fn what_a_replicate_left_is_used_and_not_computed_again() {
    let temporary = folder();
    let (at, other) = (temporary.path().join("at"), temporary.path().join("other"));
    run("small-town", &at, &format!("{SHORT} --checkpoint-every 8"));
    // Replicate 1 in the place of replicate 0 is found out, so what lies there is read.
    fs::rename(state(&at, 16, 1), state(&at, 16, 0)).unwrap();
    fs::rename(&at, &other).unwrap();
    let text = said(2, "small-town", &at, &format!("{SHORT} --resume"), temporary.path());
    assert!(text.contains("does not belong where it lies"), "{text}");
}

#[test]
fn without_anything_to_resume_a_run_says_so_and_starts() {
    let temporary = folder();
    let (whole, at) = (temporary.path().join("whole"), temporary.path().join("at"));
    run("small-town", &whole, SHORT);
    let text = said(0, "small-town", &at, &format!("{SHORT} --resume"), temporary.path());
    insta::assert_snapshot!(text);
    assert_same_folder(&whole, &at, "from the start");
    let again = qonaq(&[
        "run",
        "small-town",
        "--weeks",
        "16",
        "--replicates",
        "3",
        "--scale",
        "0.2",
        "--no-plots",
        "--resume",
        "--out",
        out(&at),
    ]);
    assert_eq!(code(&again), 0);
    assert!(String::from_utf8(again.stdout).unwrap().starts_with("already done"));
}

#[test]
fn a_finished_run_gets_the_checkpoints_it_lacks() {
    let temporary = folder();
    let at = temporary.path().join("at");
    run("small-town", &at, SHORT);
    run("small-town", &at, &format!("{SHORT} --checkpoint-every 8"));
    assert!(state(&at, 8, 2).is_file() && state(&at, 16, 0).is_file());
    let output = qonaq(&[
        "run",
        "small-town",
        "--weeks",
        "16",
        "--replicates",
        "3",
        "--scale",
        "0.2",
        "--no-plots",
        "--checkpoint-every",
        "8",
        "--out",
        out(&at),
    ]);
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("already done"));
}

/// `small-town` with every policy, a shock and more weeks from week 9 on.
fn branch(at: &Path) -> String {
    let levers = every_lever(0.6, "2024-02-26", "[]");
    let shock = "[[shocks]]\nid = \"attack\"\nkind = \"incident\"\ndate = 2024-03-01\n\
         target = \"newcomers\"\nseverity = 80\nstatus = \"assumed\"\nsource = \"made up\"\n";
    variant(at, "branch.toml", &format!("{levers}{shock}"))
}

#[test]
fn a_branch_gives_the_bytes_of_a_whole_run() {
    let temporary = folder();
    let at = |name: &str| temporary.path().join(name);
    let branch = branch(temporary.path());
    let longer = SHORT.replace("--weeks 16", "--weeks 22");
    run("small-town", &at("trunk"), &format!("{SHORT} --checkpoint-every 4 --threads 2"));
    run(&branch, &at("whole"), &longer);
    // A week's folder, and a file in it, mean the same.
    let week = beside(&at("trunk")).join("week-0008");
    run(&branch, &at("branch"), &format!("{longer} --threads 7 --from {}", out(&week)));
    assert_same_folder(&at("whole"), &at("branch"), "from a week's folder");
    let file = state(&at("trunk"), 8, 1);
    let flags = format!("{longer} --checkpoint-every 5 --from {}", out(&file));
    run(&branch, &at("file"), &flags);
    assert_same_folder(&at("whole"), &at("file"), "from a file");
    // A branch of the branch, from where it kept its state.
    let week = beside(&at("file")).join("week-0020");
    run(&branch, &at("again"), &format!("{longer} --from {}", out(&week)));
    assert_same_folder(&at("whole"), &at("again"), "a branch of a branch");
    // It did go another way than the trunk.
    assert_ne!(manifest(&at("whole"))["final_state"], manifest(&at("trunk"))["final_state"]);
}

#[test]
fn a_branch_that_was_killed_goes_on() {
    let temporary = folder();
    let at = |name: &str| temporary.path().join(name);
    let branch = branch(temporary.path());
    run("small-town", &at("trunk"), &format!("{SHORT} --checkpoint-every 8"));
    run(&branch, &at("whole"), SHORT);
    let from = beside(&at("trunk")).join("week-0008");
    let flags = format!("{SHORT} --checkpoint-every 3 --from {}", out(&from));
    run(&branch, &at("branch"), &flags);
    fs::remove_dir_all(at("branch")).unwrap();
    fs::remove_file(state(&at("branch"), 15, 0)).unwrap();
    for week in [9, 12, 15] {
        fs::remove_file(state(&at("branch"), week, 1)).unwrap();
    }
    run(&branch, &at("branch"), &format!("{flags} --resume"));
    assert_same_folder(&at("whole"), &at("branch"), "a branch, resumed");
}

#[test]
fn a_later_wave_of_a_group_with_residents_may_branch() {
    let temporary = folder();
    let at = |name: &str| temporary.path().join(name);
    let wave = |start: &str| {
        format!(
            "[[waves]]\nid = \"second\"\ngroup = \"minority\"\n\
             curve = {{ start = {start}, peak_per_day = 60, rise = \"1 week\", decay = \"1 week\" }}\n\
             household_size = 2.2\nincome_median_per_month = 420_000\nincome_sigma = 0.6\n\
             savings_months = 4.0\nskill_shares = [0.1, 0.4, 0.5]\ntransit_share = \"30 %\"\n\
             outside_income_share = \"35 %\"\npro_state_share = \"30 %\"\nstatus = \"assumed\"\n\
             source = \"made up\"\n"
        )
    };
    let later = variant(temporary.path(), "later.toml", &wave("2024-03-11"));
    run("small-town", &at("trunk"), &format!("{SHORT} --checkpoint-every 9"));
    run(&later, &at("whole"), SHORT);
    let from = beside(&at("trunk")).join("week-0009");
    run(&later, &at("branch"), &format!("{SHORT} --from {}", out(&from)));
    assert_same_folder(&at("whole"), &at("branch"), "a second wave");
    // Newcomers have no residents: what they feel at week 0 is set over all who may come.
    let wider = wave("2024-03-11").replace("\"minority\"", "\"newcomers\"");
    let wider = variant(temporary.path(), "wider.toml", &wider);
    let flags = format!("{SHORT} --from {}", out(&from));
    insta::assert_snapshot!(said(2, &wider, &at("wider"), &flags, temporary.path()));
    assert!(!at("wider").exists());
}

#[test]
fn a_branch_may_not_differ_in_the_past() {
    let temporary = folder();
    let at = |name: &str| temporary.path().join(name);
    run("small-town", &at("trunk"), &format!("{SHORT} --checkpoint-every 8"));
    let from = beside(&at("trunk")).join("week-0008");
    let early = variant(temporary.path(), "early.toml", &every_lever(0.6, "2024-02-25", "[]"));
    let mut all = String::new();
    for (scenario, flags) in [
        (early.as_str(), ""),
        ("small-town", "--set housing.level_response=0.2"),
        ("small-town", "--seed 2"),
        ("small-town", "--set waves.newcomers.household_size=3"),
        ("small-town", "--weeks 7"),
        ("small-town", "--detail full"),
        ("southern-village", ""),
    ] {
        let short =
            if flags.contains("--weeks") { SHORT.replace("--weeks 16", "") } else { SHORT.into() };
        let _ = writeln!(all, "$ {} {flags}", scenario.replace(out(temporary.path()), "DIR"));
        let flags = format!("{short} {flags} --quiet --from {}", out(&from));
        let text = said(2, scenario, &at("branch"), &flags, temporary.path());
        let _ = writeln!(all, "{text}");
        assert!(!at("branch").exists());
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_file_that_cannot_be_used_says_why_and_nothing_is_written() {
    let temporary = folder();
    let at = |name: &str| temporary.path().join(name);
    run("small-town", &at("trunk"), &format!("{SHORT} --checkpoint-every 8"));
    run("small-town", &at("other"), &format!("{SHORT} --checkpoint-every 8 --seed 2"));
    fs::remove_dir_all(at("trunk")).unwrap();
    let file = state(&at("trunk"), 16, 1);
    let whole = fs::read(&file).unwrap();
    let version = env!("CARGO_PKG_VERSION").as_bytes();
    let place = whole.windows(version.len()).position(|w| w == version).unwrap();
    let changed = |at: usize, to: &[u8]| {
        let mut bytes = whole.clone();
        bytes[at..at + to.len()].copy_from_slice(to);
        bytes
    };
    let mut all = String::new();
    for (what, bytes) in [
        ("empty", Vec::new()),
        ("a text", b"week,region,group\n".to_vec()),
        ("cut short in the header", whole[..40].to_vec()),
        ("cut short in the state", whole[..whole.len() / 2].to_vec()),
        ("one byte short", whole[..whole.len() - 1].to_vec()),
        ("one byte more", [whole.as_slice(), &[0]].concat()),
        ("a bit of the state", changed(whole.len() / 2, &[whole[whole.len() / 2] ^ 4])),
        ("a bit of the hash", changed(whole.len() - 1, &[whole[whole.len() - 1] ^ 1])),
        ("another format", changed(16, &[9])),
        ("another version", changed(place, b"9.9.9")),
        ("another scenario", fs::read(state(&at("other"), 16, 1)).unwrap()),
        ("another replicate", fs::read(state(&at("trunk"), 16, 2)).unwrap()),
    ] {
        fs::write(&file, bytes).unwrap();
        for flags in ["--resume".to_owned(), format!("--from {}", out(&file))] {
            let flags = format!("{SHORT} {flags}");
            // From a folder another run is a branch; the hash of its scenario only has to be one for all.
            let text = said(2, "small-town", &at("trunk"), &flags, temporary.path());
            let how = if flags.contains("--from") { "--from" } else { "--resume" };
            let _ = writeln!(all, "{what}, {how}\n{text}");
            assert!(!at("trunk").exists());
        }
    }
    insta::assert_snapshot!(all);
    // The one before it is still good.
    fs::remove_file(&file).unwrap();
    run("small-town", &at("whole"), SHORT);
    run("small-town", &at("trunk"), &format!("{SHORT} --resume"));
    assert_same_folder(&at("whole"), &at("trunk"), "from an earlier week");
}

#[test]
fn checkpoints_of_another_run_are_replaced_only_by_force() {
    let temporary = folder();
    let (at, fresh) = (temporary.path().join("at"), temporary.path().join("fresh"));
    run("small-town", &at, &format!("{SHORT} --checkpoint-every 4 --seed 2"));
    fs::remove_dir_all(&at).unwrap();
    let flags = format!("{SHORT} --checkpoint-every 8");
    let mut text = said(2, "small-town", &at, &flags, temporary.path());
    let from = beside(&at);
    text.push_str(&said(
        2,
        "small-town",
        &at,
        &format!("{SHORT} --from {}", out(&from)),
        temporary.path(),
    ));
    let force =
        format!("{flags} --force --seed 2 --weeks 17 --from {}", out(&from.join("week-0004")));
    let force = force.replace("--weeks 16 ", "");
    text.push_str(&said(2, "small-town", &at, &force, temporary.path()));
    insta::assert_snapshot!(text);
    assert!(state(&at, 4, 0).is_file());
    run("small-town", &at, &format!("{flags} --force"));
    run("small-town", &fresh, &flags);
    assert_same_folder(&fresh, &at, "forced");
    assert!(!state(&at, 4, 0).exists() && state(&at, 8, 0).is_file());
}

#[test]
fn a_run_that_takes_checkpoints_says_how_much_disk_they_take() {
    let temporary = folder();
    let at = temporary.path().join("at");
    let output = qonaq(&[
        "run",
        "small-town",
        "--weeks",
        "4",
        "--replicates",
        "2",
        "--scale",
        "0.2",
        "--no-plots",
        "--checkpoint-every",
        "2",
        "--out",
        out(&at),
    ]);
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().last().unwrap();
    assert!(line.starts_with("4 checkpoints, one each 2 weeks and replicate, "), "{line}");
    assert!(line.ends_with(&format!(" MB: {}", beside(&at).display())), "{line}");
}

#[test]
fn zero_weeks_between_checkpoints_and_resume_with_force_are_bad_usage() {
    for flags in [["--checkpoint-every", "0"], ["--resume", "--force"]] {
        let mut arguments = vec!["run", "small-town"];
        arguments.extend(flags);
        assert_eq!(code(&qonaq(&arguments)), 2, "{flags:?}");
    }
}
