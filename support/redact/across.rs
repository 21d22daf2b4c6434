//! A secret in pieces over several texts, each too short to be found in one of them: headers of a response, frames of a connection.

use super::{Redactor, merged, whole_run};

impl Redactor {
    /// Replaces such pieces in texts that were redacted one by one, in their order.
    pub(crate) fn redact_across<'t>(&self, texts: impl IntoIterator<Item = &'t mut String>) {
        let texts: Vec<&mut String> = texts.into_iter().collect();
        let joined: String = texts.iter().flat_map(|text| [text.as_str(), "\n"]).collect();
        let mut found = Vec::new();
        self.find_pieces(&joined, &mut found);
        let hits = merged(&joined, found);
        let mut start = 0;
        for text in texts {
            let end = start + text.len();
            let touched: Vec<_> = hits.iter().filter(|hit| hit.part.start < end && hit.part.end > start).collect();
            for hit in touched.into_iter().rev() {
                let part = hit.part.start.max(start) - start..hit.part.end.min(end) - start;
                text.replace_range(whole_run(text, part), hit.word);
            }
            start = end + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn finds_a_secret_in_pieces_of_a_few_letters() {
        let secret = "wq3zR+7tK/9mv=Xp2-Lc8";
        let redactor = Redactor::new([&Secret::new(secret)], []);
        for length in 1..8 {
            let letters: Vec<char> = secret.chars().collect();
            let mut texts: Vec<String> = letters.chunks(length).map(|piece| piece.iter().collect()).collect();
            texts.insert(0, "nginx".into());
            redactor.redact_across(&mut texts);
            let left: String = texts[1..].concat().replace("[SECRET]", "");
            assert!(texts[0] == "nginx" && !left.contains(|c: char| c.is_alphanumeric()), "{length}: {texts:?}");
        }
        let mut texts = ["nginx/1.25", "text/html", "keep-alive"].map(str::to_owned);
        redactor.redact_across(&mut texts);
        assert_eq!(texts, ["nginx/1.25", "text/html", "keep-alive"]);
    }
}
