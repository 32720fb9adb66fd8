//! The same inputs give the same bytes: at any thread count, with charts or without, watched or not.

mod common;

use common::{assert_same_folder, assert_same_tables, folder, manifest, run};

const TOWN: &str = "--weeks 14 --replicates 2";
const COUNTRY: &str = "--scale 0.002 --weeks 42 --replicates 2";

#[test]
fn a_run_folder_is_the_same_at_any_thread_count() {
    let at = folder();
    let one = at.path().join("1");
    run("small-town", &one, &format!("{TOWN} --threads 1"));
    for threads in ["2", "3", "8"] {
        let other = at.path().join(threads);
        run("small-town", &other, &format!("{TOWN} --threads {threads}"));
        assert_same_folder(&one, &other, &format!("{threads} threads"));
    }
}

#[test]
fn a_single_replicate_is_the_same_when_many_threads_share_it() {
    let at = folder();
    let flags = "--weeks 10 --replicates 1 --no-plots";
    let one = at.path().join("1");
    run("small-town", &one, &format!("{flags} --threads 1"));
    for threads in ["2", "5", "7"] {
        let other = at.path().join(threads);
        run("small-town", &other, &format!("{flags} --threads {threads}"));
        assert_same_folder(&one, &other, &format!("{threads} threads"));
    }
}

#[test]
fn a_country_is_the_same_at_any_thread_count_with_charts_and_without() {
    let at = folder();
    let one = at.path().join("1");
    run("kazakhstan-2022", &one, &format!("{COUNTRY} --threads 1"));
    let eight = at.path().join("8");
    run("kazakhstan-2022", &eight, &format!("{COUNTRY} --threads 8"));
    assert_same_folder(&one, &eight, "8 threads");
    for threads in ["2", "3"] {
        let other = at.path().join(threads);
        run("kazakhstan-2022", &other, &format!("{COUNTRY} --no-plots --threads {threads}"));
        assert_same_tables(&one, &other, &format!("{threads} threads"));
        assert_eq!(manifest(&one)["final_state"], manifest(&other)["final_state"]);
    }
}

#[test]
fn quiet_and_profile_change_nothing() {
    let at = folder();
    let plain = at.path().join("plain");
    let flags = "--weeks 10 --replicates 2 --no-plots";
    run("small-town", &plain, flags);
    for flag in ["--quiet", "--profile"] {
        let other = at.path().join(flag);
        run("small-town", &other, &format!("{flags} {flag}"));
        assert_same_folder(&plain, &other, flag);
    }
}

#[test]
fn another_seed_is_another_run() {
    let at = folder();
    let (a, b) = (at.path().join("a"), at.path().join("b"));
    run("small-town", &a, "--weeks 4 --replicates 1 --no-plots --seed 1");
    run("small-town", &b, "--weeks 4 --replicates 1 --no-plots --seed 2");
    assert_ne!(manifest(&a)["final_state"], manifest(&b)["final_state"]);
}

#[test]
fn replicates_differ_and_do_not_depend_on_how_many_there_are() {
    let at = folder();
    let (two, three) = (at.path().join("2"), at.path().join("3"));
    run("small-town", &two, "--weeks 4 --replicates 2 --no-plots");
    run("small-town", &three, "--weeks 4 --replicates 3 --no-plots");
    let (two, three) = (manifest(&two), manifest(&three));
    let (few, many) = (&two["final_state"], &three["final_state"]);
    assert_ne!(few[0], few[1]);
    assert_eq!((&few[0], &few[1]), (&many[0], &many[1]));
}
