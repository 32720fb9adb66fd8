//! The frame of the page and its few building blocks. Everything that takes plain text escapes it.

use crate::report::text::escape;

/// A page being written.
#[derive(Debug, Default)]
pub struct Page {
    body: String,
    contents: Vec<(String, String)>,
}

/// Escaped text in which a range is never broken at its dash.
fn prose(text: &str) -> String {
    escape(text).replace('–', "\u{2060}–\u{2060}")
}

/// How a table cell is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Plain text.
    Text(String),
    /// A date, or a week with its date in brackets; dates are not broken.
    When(String),
    /// A number, to the right.
    Number(String),
    /// Text with a note below in a softer tone.
    Noted(String, String),
    /// A number with its range in a softer tone.
    Spread(String, String),
}

impl Cell {
    /// A median with its range as written by [`crate::report::text::Quantity::spread`].
    pub fn spread(text: &str) -> Self {
        match text.split_once(" [") {
            Some((median, range)) => Self::Spread(median.to_owned(), format!("[{range}")),
            None => Self::Number(text.to_owned()),
        }
    }

    fn html(&self) -> String {
        match self {
            Self::Text(text) => format!("<td>{}</td>", prose(text)),
            Self::Noted(text, note) => {
                format!("<td>{} <span class=\"below\">{}</span></td>", prose(text), prose(note))
            }
            Self::When(text) => {
                let (week, date) = match text.split_once(" (") {
                    Some((week, date)) => (format!("{} ", escape(week)), format!("({date}")),
                    None => (String::new(), text.clone()),
                };
                format!("<td>{week}<span class=\"date\">{}</span></td>", escape(&date))
            }
            Self::Number(text) => format!("<td class=\"number\">{}</td>", escape(text)),
            Self::Spread(median, range) => format!(
                "<td class=\"number\">{} <span class=\"range\">{}</span></td>",
                escape(median),
                escape(range)
            ),
        }
    }
}

impl Page {
    /// An empty page.
    pub fn new() -> Self {
        Self::default()
    }

    fn add(&mut self, markup: &str) {
        self.body.push_str(markup);
    }

    /// Begins a section and enters it in the table of contents.
    pub fn section(&mut self, id: &str, title: &str) {
        self.contents.push((id.to_owned(), title.to_owned()));
        self.add(&format!("<h2 id=\"{}\">{}</h2>\n", escape(id), escape(title)));
    }

    /// A heading within a section.
    pub fn heading(&mut self, title: &str) {
        self.add(&format!("<h3>{}</h3>\n", escape(title)));
    }

    /// A paragraph of plain text; `class` may be empty.
    pub fn paragraph(&mut self, class: &str, text: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        self.add(&format!("<p{class}>{}</p>\n", prose(text)));
    }

    /// A list of plain texts.
    pub fn list(&mut self, items: &[String]) {
        self.body.push_str("<ul>\n");
        for item in items {
            self.add(&format!("<li>{}</li>\n", prose(item)));
        }
        self.body.push_str("</ul>\n");
    }

    /// A table with a caption; columns that hold numbers have their heads to the right.
    pub fn table(&mut self, caption: &str, heads: &[&str], rows: &[Vec<Cell>]) {
        let number = |i: usize| {
            rows.first()
                .and_then(|r| r.get(i))
                .is_some_and(|c| matches!(c, Cell::Number(_) | Cell::Spread(..)))
        };
        self.body.push_str("<div class=\"wide\" tabindex=\"0\"><table>\n");
        self.add(&format!("<caption><span>{}</span></caption>\n<thead><tr>", escape(caption)));
        for (i, head) in heads.iter().enumerate() {
            let class = if number(i) { " class=\"number\"" } else { "" };
            self.add(&format!("<th scope=\"col\"{class}>{}</th>", escape(head)));
        }
        self.body.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            let cells: String = row.iter().map(Cell::html).collect();
            self.add(&format!("<tr>{cells}</tr>\n"));
        }
        self.body.push_str("</tbody></table></div>\n");
    }

    /// A chart with its caption, which may be empty; `svg` is markup made by this program.
    pub fn figure(&mut self, svg: &str, caption: &str) {
        self.body.push_str("<figure><div class=\"wide\" tabindex=\"0\">");
        self.body.push_str(svg);
        self.body.push_str("</div>");
        if !caption.is_empty() {
            self.add(&format!("<figcaption>{}</figcaption>", prose(caption)));
        }
        self.body.push_str("</figure>\n");
    }

    /// The whole document; `head` is markup made by this program.
    pub fn finish(self, title: &str, head: &str) -> String {
        let mut contents = String::new();
        for (id, title) in &self.contents {
            let (id, title) = (escape(id), escape(title));
            contents.extend(["<li><a href=\"#", &id, "\">", &title, "</a></li>\n"]);
        }
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n<header>\n{head}</header>\n\
             <nav aria-label=\"Contents\"><ol>\n{contents}</ol></nav>\n<main>\n{}</main>\n</body>\n</html>\n",
            escape(title),
            include_str!("style.css"),
            self.body,
        )
    }
}
