//! Any text as a scenario, and its last line as a `--set` argument: reading it never panics, and every
//! message can be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qonaq::scenario::{Source, load};

fuzz_target!(|text: &str| {
    let (body, set) = text.rsplit_once('\n').unwrap_or((text, ""));
    let sets = if set.is_empty() { Vec::new() } else { vec![set.to_owned()] };
    match load(&Source::Text("fuzz.toml".to_owned(), body.to_owned()), &sets) {
        Ok(loaded) => {
            let resolved = Source::Text("resolved.toml".to_owned(), loaded.resolved);
            let again = load(&resolved, &[]).expect("a resolved scenario loads");
            assert_eq!(again.hash, loaded.hash);
        }
        Err(faults) => {
            for fault in faults {
                assert!(!fault.to_string().is_empty());
            }
        }
    }
});
