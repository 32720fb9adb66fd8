//! The rules of each mechanism as the description of the model gives them.

/// The description of the model.
const MODEL: &str = include_str!("../../docs/model.md");

/// The section whose heading names a mechanism, without the heading and without the generated list of
/// parameters; empty if there is none.
pub fn rules(mechanism: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    let mut listing = false;
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
        // A list of parameters ends with its paragraph.
        listing = !line.is_empty() && (listing || line.starts_with("*Parameters*"));
        if inside && !listing {
            out += line;
            out.push('\n');
        }
    }
    out.trim_matches('\n').to_owned()
}
