//! Passwords that a guessing attack finds among its first attempts: common words, words of the context and simple patterns.
//!
//! The list of common passwords compares whole passwords. These rules also find the ones that are made of common parts, such as
//! `Password2024!Password`. Their list of words is small on purpose: the long list has most English nouns, of which good passphrases consist.

use super::common;

/// Longest piece whose repetition is a simple pattern: `abcabcabc`.
const MAX_REPEATED: usize = 4;
/// Words of most lists of leaked passwords, one per line, in lower case and without digits.
const COMMON_WORDS: &str = include_str!("common_words.txt");
/// Order of the characters in alphabets and on keyboards.
const SEQUENCES: [&str; 7] = [
    "abcdefghijklmnopqrstuvwxyz",
    "012345678901234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
];

/// Why a password can be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guessable {
    /// It is common, or only made of common words and simple patterns.
    Common,
    /// As above, with words of the context.
    Context,
}

/// Returns why a guessing attack finds the password among its first attempts: the whole password is common, or each word of it is common,
/// part of the context, or a simple pattern. Digits and punctuation around such words add little, because attackers append them, too.
/// `lower` is the NFKC form in lower case.
pub(super) fn guessable(lower: &str, context: &[&str]) -> Option<Guessable> {
    let spellings = spellings(lower);
    let has_only = |is_known: &dyn Fn(&str) -> bool| {
        is_known(lower) || spellings.iter().any(|text| has_only_known_words(text, is_known))
    };
    let is_common = |word: &str| {
        COMMON_WORDS.lines().any(|common| common == word) || is_sequence(word) || is_repetition(word)
    };
    if common::contains(repeated_part(lower)) || common::contains(lower) || has_only(&is_common) {
        return Some(Guessable::Common);
    }
    let context: Vec<String> = context.iter().flat_map(|text| context_words(text)).collect();
    let is_known = |word: &str| is_common(word) || context.iter().any(|known| known == word);
    has_only(&is_known).then_some(Guessable::Context)
}

/// Returns the shortest part of which the text is a repetition: `football` of `footballfootball`.
fn repeated_part(text: &str) -> &str {
    let length = text.chars().count();
    let ends = text.char_indices().map(|(start, letter)| start + letter.len_utf8()).enumerate();
    let mut parts =
        ends.map(|(at, end)| (at + 1, &text[..end])).filter(|(chars, _)| length.is_multiple_of(*chars));
    parts.find(|(chars, part)| part.repeat(length / chars) == text).map_or(text, |(_, part)| part)
}

/// Returns the text, the parts of an address, and the words in them.
fn context_words(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let parts = text.split('@').map(ToOwned::to_owned);
    let words = words(&text).map(ToOwned::to_owned);
    [text.clone()].into_iter().chain(parts).chain(words).collect()
}

/// Returns the text, and the words that it spells with digits and signs: `p@ssw0rd1` is `password`.
fn spellings(lower: &str) -> [String; 3] {
    let base = lower.trim_end_matches(|c: char| !c.is_alphabetic());
    let replace = |one: char| {
        let letters = base.chars().map(|c| match c {
            '@' | '4' => 'a',
            '0' => 'o',
            '1' | '!' => one,
            '3' => 'e',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        });
        letters.collect()
    };
    [lower.to_owned(), replace('i'), replace('l')]
}

fn has_only_known_words(text: &str, is_known: &dyn Fn(&str) -> bool) -> bool {
    if words(text).next().is_some() {
        // One or two letters are no word: alone they are random text, beside a known word they add little.
        let mut long = words(text).filter(|word| word.chars().count() > 2).peekable();
        return long.peek().is_some() && long.all(is_known);
    }
    let mut numbers = text.split(|c: char| !c.is_numeric()).filter(|number| !number.is_empty()).peekable();
    numbers.peek().is_some() && numbers.all(is_known)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

fn is_sequence(word: &str) -> bool {
    let reversed: String = word.chars().rev().collect();
    SEQUENCES.iter().any(|sequence| sequence.contains(word) || sequence.contains(&reversed))
}

fn is_repetition(word: &str) -> bool {
    let characters: Vec<char> = word.chars().collect();
    (1..=MAX_REPEATED.min(characters.len() / 2))
        .any(|length| characters.iter().zip(characters.iter().skip(length)).all(|(one, other)| one == other))
}
