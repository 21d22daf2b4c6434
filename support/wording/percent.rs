//! A share of samples, for a person: what is not all is never told as all.

/// No run has so many samples that it takes more.
const MOST_DIGITS: usize = 12;

/// With as many digits as tell it from 0 and from 100 %, on one line.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let usual = if percent > 99.0 && percent < 100.0 { 2 } else { 1 };
    let rounded = |digits: usize| format!("{percent:.digits$}");
    let is_told = |text: &String| {
        let told = text.parse::<f64>().unwrap_or(percent);
        (told < 100.0 || percent >= 100.0) && (told > 0.0 || percent <= 0.0)
    };
    let text = (usual..MOST_DIGITS).map(rounded).find(is_told).unwrap_or_else(|| rounded(MOST_DIGITS));
    format!("{}\u{a0}%", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_rounded_to_all_or_none() {
        let told = |share: f64| percent(share).replace('\u{a0}', " ");
        assert_eq!(told(19_999.0 / 20_000.0), "99.995 %");
        assert_eq!(told(0.999_999_9), "99.99999 %");
        assert_eq!(told(1.0 / 50_000.0), "0.002 %");
        assert_eq!([0.0, 0.954, 0.995, 1.0].map(told), ["0 %", "95.4 %", "99.5 %", "100 %"]);
    }
}
