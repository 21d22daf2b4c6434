//! What was found out of texts that come again and again, as the lines of a record do: looked up, instead of searched once more.

use std::hash::{BuildHasher, Hash, RandomState};
use std::rc::Rc;

use super::details::Details;
use super::patterns::Patterns;

/// A power of two: each text has one place of so many, and takes it from another.
const PLACES: usize = 512;
/// In bytes; a longer text is searched each time.
const LONGEST: usize = 128;

/// The last texts, and what each is.
pub(super) struct Memo {
    places: Vec<Place>,
    hasher: RandomState,
}

#[derive(Clone, Default)]
struct Place {
    hash: u64,
    /// Empty where the text was met once: most texts never come again.
    text: Box<str>,
    found: Option<usize>,
    details: Option<Rc<Details>>,
}

impl Default for Memo {
    fn default() -> Self {
        Memo { places: vec![Place::default(); PLACES], hasher: RandomState::new() }
    }
}

impl Memo {
    /// The number of the first pattern that matches.
    pub(super) fn first_match(&mut self, patterns: &Patterns, text: &str) -> Option<usize> {
        if text.len() > LONGEST {
            return patterns.first_match(text);
        }
        let hash = self.hasher.hash_one(text);
        let place = &mut self.places[hash as usize % PLACES];
        if place.hash == hash && *place.text == *text {
            return place.found;
        }
        let found = patterns.first_match(text);
        let kept = if place.hash == hash { text } else { "" };
        *place = Place { hash, text: kept.into(), found, details: None };
        found
    }

    /// A number that stands for a value in this run.
    pub(super) fn hash_of(&self, value: &impl Hash) -> u64 {
        self.hasher.hash_one(value)
    }

    /// The details of a text that has just been looked up.
    pub(super) fn details(&mut self, text: &str, find: impl FnOnce() -> Details) -> Rc<Details> {
        if text.len() > LONGEST {
            return Rc::new(find());
        }
        let place = &mut self.places[self.hasher.hash_one(text) as usize % PLACES];
        if *place.text != *text {
            return Rc::new(find());
        }
        Rc::clone(place.details.get_or_insert_with(|| Rc::new(find())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_comes_again_is_the_same_and_one_in_its_place_is_another() {
        let patterns = Patterns::shipped().expect("patterns");
        let mut memo = Memo::default();
        let text = |number: usize| match number % 3 {
            0 => format!("Token validated for user_id={number}"),
            1 => format!("Invalid token of user_id={number}"),
            _ => format!("thread {number} started"),
        };
        for number in (0..2_000).chain(0..2_000).chain([7; 5]) {
            let text = text(number);
            assert_eq!(memo.first_match(&patterns, &text), patterns.first_match(&text), "{text}");
            let user = Details { user: Some(text.clone()), ..Details::default() };
            assert_eq!(*memo.details(&text, || user.clone()), user);
        }
    }
}
