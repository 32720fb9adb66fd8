//! The rules of each mechanism as the description of the model gives them.

/// The description of the model.
const MODEL: &str = include_str!("../../docs/odd.md");

/// The section whose heading names a mechanism, without the heading; empty if there is none.
pub fn rules(mechanism: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in MODEL.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            inside = heading
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|word| word.eq_ignore_ascii_case(mechanism));
            continue;
        }
        if line.starts_with("## ") {
            inside = false;
        }
        let mark = line.starts_with("<!--");
        if inside && !mark {
            out += line;
            out.push('\n');
        }
    }
    out.trim_matches('\n').to_owned()
}
