//! Advice about a password while its user types it.
//!
//! The rules decide ([`super::policy`]); zxcvbn only estimates how many guesses the password needs, and says why.

pub(crate) mod routes;

use secrecy::{ExposeSecret as _, SecretString};
use zxcvbn::{
    feedback::{Feedback, Suggestion, Warning},
    zxcvbn,
};

use super::policy::PasswordPolicy;
use crate::user::User;

/// Characters that are estimated. 100 take 10 ms, and the time grows with the square of the length (denial of service).
const ESTIMATED: usize = 100;

/// Signs for which zxcvbn tries letters. It searches all words again for each combination of letters.
const SIGNS: &str = "4@8({[<3691!|70$5+%2";
/// Kinds of signs whose combinations are tried. All kinds would take seconds (denial of service), and no word is spelled with so many.
const SIGNS_MAX: usize = 5;

/// What the user learns about a password.
#[derive(Debug, PartialEq, Eq)]
pub struct Strength {
    /// From 0 (a thousand guesses) to 4 (more than ten billion guesses).
    pub score: u8,
    /// Code of the rule that refuses the password.
    pub refused: Option<&'static str>,
    pub warning: Option<&'static str>,
    pub suggestions: Vec<&'static str>,
}

impl Strength {
    /// Estimates a password of this user. It takes up to 10 ms, and may read the list of the operator.
    #[must_use]
    pub fn of(policy: &PasswordPolicy, user: &User, password: &SecretString) -> Self {
        let context = user.password_context();
        let text = password.expose_secret();
        let estimate = zxcvbn(&estimated(text), &context);
        let feedback = estimate.feedback();
        Self {
            score: u8::from(estimate.score()),
            refused: policy.check(text, &context).err().map(|refused| refused.code()),
            warning: feedback.and_then(Feedback::warning).map(code_of_warning),
            suggestions: feedback.map_or_else(Vec::new, |feedback| {
                feedback.suggestions().iter().copied().map(code_of_suggestion).collect()
            }),
        }
    }
}

/// Returns the part of a password that is estimated. In a text with many kinds of signs, each stands for itself.
fn estimated(text: &str) -> String {
    let start: String = text.chars().take(ESTIMATED).collect();
    if SIGNS.chars().filter(|sign| start.contains(*sign)).count() <= SIGNS_MAX {
        return start;
    }
    // Letters that zxcvbn has in no word, on no keyboard and in no sequence.
    let plain = |c: char| match SIGNS.chars().zip((0x3400..).step_by(61)).find(|(sign, _)| *sign == c) {
        Some((_, letter)) => char::from_u32(letter).unwrap_or(c),
        None => c,
    };
    start.chars().map(plain).collect()
}

const fn code_of_warning(warning: Warning) -> &'static str {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess => "row_of_keys",
        Warning::ShortKeyboardPatternsAreEasyToGuess => "keyboard_pattern",
        Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            "repetition"
        }
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword
        | Warning::ThisIsSimilarToACommonlyUsedPassword => "common",
        Warning::SequencesLikeAbcAreEasyToGuess => "sequence",
        Warning::RecentYearsAreEasyToGuess => "year",
        Warning::DatesAreOftenEasyToGuess => "date",
        Warning::AWordByItselfIsEasyToGuess => "one_word",
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
        | Warning::CommonNamesAndSurnamesAreEasyToGuess => "name",
    }
}

const fn code_of_suggestion(suggestion: Suggestion) -> &'static str {
    match suggestion {
        Suggestion::UseAFewWordsAvoidCommonPhrases
        | Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters
        | Suggestion::AddAnotherWordOrTwo => "add_words",
        Suggestion::CapitalizationDoesntHelpVeryMuch
        | Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => "capitals_add_little",
        Suggestion::ReversedWordsArentMuchHarderToGuess => "reversed_words_add_little",
        Suggestion::PredictableSubstitutionsDontHelpVeryMuch => "substitutions_add_little",
        Suggestion::UseALongerKeyboardPatternWithMoreTurns => "avoid_keyboard_patterns",
        Suggestion::AvoidRepeatedWordsAndCharacters => "avoid_repetition",
        Suggestion::AvoidSequences => "avoid_sequences",
        Suggestion::AvoidRecentYears
        | Suggestion::AvoidYearsThatAreAssociatedWithYou
        | Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => "avoid_dates",
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::{
        clock::Timestamp,
        config::{Config, Environment},
        user::UserId,
    };

    fn strength(password: &str) -> Strength {
        let (config, _) = Config::read(&Environment::of([])).expect("settings");
        let now = Timestamp::from_millis(0);
        let mut user = User::new(UserId::new(now), now);
        user.username = Some("lovelace".parse().expect("a name"));
        Strength::of(&PasswordPolicy::of(&config), &user, &SecretString::from(password))
    }

    #[test]
    fn weak_password_gets_a_reason_and_a_strong_one_none() {
        let weak = strength("password");
        assert_eq!((weak.score, weak.refused, weak.warning), (0, Some("too_short"), Some("common")));
        assert!(weak.suggestions.contains(&"add_words"), "{weak:?}");
        let own = strength("lovelace");
        assert!(own.score < 2, "{own:?}");
        let strong = strength("seventeen blue kettles");
        assert_eq!((strong.score, strong.refused, strong.warning), (4, None, None));
        assert!(strong.suggestions.is_empty());
    }

    #[test]
    fn longest_password_is_estimated_in_a_moment() {
        let started = Instant::now();
        strength(&"a1b2c3d4e5 ".repeat(300));
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    }

    // Denial of service: signs that stand for several letters multiply the words that are searched. Twenty kinds take 11 seconds.
    #[test]
    fn few_kinds_of_ambiguous_signs_are_estimated() {
        let kinds = |text: &str| SIGNS.chars().filter(|sign| text.contains(*sign)).count();
        for text in [SIGNS, "1!|17+7$5$50@4", "([{<|", "1|7!+", "|!1"] {
            let estimated = estimated(&text.repeat(100));
            assert!(
                kinds(&estimated) <= SIGNS_MAX
                    && estimated.chars().count() == ESTIMATED.min(text.len() * 100),
                "{text}"
            );
        }
        let strong = strength("4@8({[<3691!|70$5+%2");
        assert_eq!((strong.score, strong.warning), (4, None), "{strong:?}");
        assert_eq!(estimated("p@ssw0rd1"), "p@ssw0rd1");
    }
}
