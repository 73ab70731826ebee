//! Tests of the counting: examples, limits, and every way to cut an input into pieces.

use std::io;

use proptest::prelude::*;

use super::*;

/// White space of every length, words that touch it, and bytes that only look like the beginning of white
/// space.
const MIXED: &[u8] = b"one two\ttwo\r\n-- three,\xC2\xA0\"three\" three\xE2\x80\x89four\xE3\x80\x80\xE2\x80four \
                       \xE1\x9A\x80caf\xC3\xA9\xE2\x81\x9F\xE2\x80\x9Ecaf\xC3\xA9 \xC2\x85\xC2\xE2\x80\x80\xE3\x80";

/// An input that gives no more than so many bytes at a time, interrupted now and then.
struct Pieces<'a> {
    rest: &'a [u8],
    piece_bytes: usize,
    reads: usize,
}

impl<'a> Pieces<'a> {
    fn new(rest: &'a [u8], piece_bytes: usize) -> Self {
        Self {
            rest,
            piece_bytes,
            reads: 0,
        }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.reads += 1;
        if self.reads.is_multiple_of(5) {
            return Err(ErrorKind::Interrupted.into());
        }
        let length = self.piece_bytes.min(buffer.len());
        self.rest.read(&mut buffer[..length])
    }
}

/// The same as `top_words`, written to be read and not to be fast.
fn reference(input: &[u8], number: usize) -> Vec<WordCount> {
    let mut words = vec![Vec::new()];
    for chunk in input.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_whitespace() {
                words.push(Vec::new());
            } else {
                words.last_mut().unwrap().extend(character.to_string().bytes());
            }
        }
        words.last_mut().unwrap().extend(chunk.invalid());
    }
    let mut counts: Vec<WordCount> = Vec::new();
    for mut word in words {
        while word.last().is_some_and(u8::is_ascii_punctuation) {
            word.pop();
        }
        while word.first().is_some_and(u8::is_ascii_punctuation) {
            word.remove(0);
        }
        if word.is_empty() {
            continue;
        }
        match counts.iter_mut().find(|known| known.word == word) {
            Some(known) => known.count += 1,
            None => counts.push(WordCount { word, count: 1 }),
        }
    }
    counts.sort_by_key(|word| std::cmp::Reverse(word.count));
    counts.truncate(number);
    counts
}

fn top(input: &[u8], number: usize) -> Vec<(String, u64)> {
    let words = top_words(input, number).unwrap();
    words
        .iter()
        .map(|word| (word.text().into_owned(), word.count))
        .collect()
}

fn counted(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected
        .iter()
        .map(|&(word, count)| (word.to_owned(), count))
        .collect()
}

#[test]
fn the_most_frequent_word_comes_first() {
    let text = b"a rose is a rose is a rose";
    assert_eq!(top(text, 3), counted(&[("a", 3), ("rose", 3), ("is", 2)]));
    assert_eq!(top(text, 1), counted(&[("a", 3)]));
}

#[test]
fn equal_counts_come_in_the_order_of_first_appearance() {
    let text = b"pear fig apple fig pear date apple quince quince quince";
    let expected = [("quince", 3), ("pear", 2), ("fig", 2), ("apple", 2), ("date", 1)];
    for number in 0..=5 {
        assert_eq!(top(text, number), counted(&expected[..number]));
    }
}

#[test]
fn there_are_no_more_words_than_the_text_has() {
    assert_eq!(top(b"sea sky", usize::MAX), counted(&[("sea", 1), ("sky", 1)]));
}

#[test]
fn upper_and_lower_case_are_kept_apart() {
    assert_eq!(
        top(b"The the THE the", 9),
        counted(&[("the", 2), ("The", 1), ("THE", 1)])
    );
}

#[test]
fn punctuation_goes_at_the_ends_and_stays_inside() {
    let text = br#""Sea," (sea) sea... don't; --well-known-- [e.g.] $5.00 #sea_"#;
    let expected = [
        ("sea", 3),
        ("Sea", 1),
        ("don't", 1),
        ("well-known", 1),
        ("e.g", 1),
        ("5.00", 1),
    ];
    assert_eq!(top(text, 9), counted(&expected));
}

#[test]
fn punctuation_that_is_not_ascii_is_part_of_the_word() {
    let text = "\u{201E}sea\u{201C} sea \u{2014}";
    assert_eq!(
        top(text.as_bytes(), 9),
        counted(&[("\u{201E}sea\u{201C}", 1), ("sea", 1), ("\u{2014}", 1)])
    );
}

#[test]
fn nothing_but_punctuation_is_no_word() {
    assert_eq!(top(b"- -- ... !?! \"\" ~ ` -", 9), []);
    assert_eq!(top(b"- sea - sea -", 9), counted(&[("sea", 2)]));
}

#[test]
fn a_text_without_words_has_none() {
    assert_eq!(top(b"", 9), []);
    assert_eq!(top(b" \t\r\n\x0B\x0C \xC2\xA0 \n", 9), []);
}

#[test]
fn bytes_that_are_no_characters_belong_to_their_word() {
    let words = top_words(&b"caf\xE9 \xFF caf\xE9. \xE2\x80 caf\xC3\xA9"[..], 9).unwrap();
    let words: Vec<(&[u8], u64)> = words.iter().map(|word| (&*word.word, word.count)).collect();
    let expected: [(&[u8], u64); 4] = [
        (b"caf\xE9", 2),
        (b"\xFF", 1),
        (b"\xE2\x80", 1),
        (b"caf\xC3\xA9", 1),
    ];
    assert_eq!(words, expected);
}

#[test]
fn control_characters_are_no_white_space() {
    assert_eq!(
        top(b"a\0b a\0b a\x1Fb \0", 9),
        counted(&[("a\0b", 2), ("a\x1Fb", 1), ("\0", 1)])
    );
}

#[test]
fn white_space_is_what_unicode_says() {
    for character in '\0'..=char::MAX {
        let mut bytes = [0; 4];
        let text = character.encode_utf8(&mut bytes);
        let expected = if character.is_whitespace() { text.len() } else { 0 };
        assert_eq!(white_space_length(text.as_bytes()), expected, "for {character:?}");
    }
}

#[test]
fn every_place_to_cut_the_input_gives_the_same() {
    let expected = reference(MIXED, usize::MAX);
    assert!(expected.len() > 5);
    for first in 0..=MIXED.len() {
        for second in first..=MIXED.len() {
            let [begin, middle, end] = [&MIXED[..first], &MIXED[first..second], &MIXED[second..]];
            let words = top_words(begin.chain(middle).chain(end), usize::MAX).unwrap();
            assert_eq!(words, expected, "for cuts at {first} and {second}");
        }
    }
}

#[test]
fn every_size_of_the_buffer_gives_the_same() {
    let expected = reference(MIXED, usize::MAX);
    for buffer_bytes in 0..=MIXED.len() + 1 {
        for piece_bytes in [1, 2, 3, 7, 1000] {
            let input = Pieces::new(MIXED, piece_bytes);
            let table = count_words(input, buffer_bytes, 100).unwrap();
            assert_eq!(
                table.into_top(usize::MAX),
                expected,
                "for {buffer_bytes} and {piece_bytes}"
            );
        }
    }
}

#[test]
fn words_may_be_longer_than_the_buffer() {
    let mut text = vec![b'x'; 1_000_000];
    text.extend_from_slice(b" sea sea ");
    text.extend_from_within(..1_000_000);
    let expected = [(&text[..1_000_000], 2), (b"sea", 2)];
    // One byte at a time is slow only if each of them makes the whole word be moved or searched again.
    for piece_bytes in [1, 4096, usize::MAX] {
        let words = top_words(Pieces::new(&text, piece_bytes), 9).unwrap();
        let words: Vec<(&[u8], u64)> = words.iter().map(|word| (&*word.word, word.count)).collect();
        assert!(words == expected, "for pieces of {piece_bytes}");
    }
}

#[test]
fn a_word_may_be_as_long_as_the_limit() {
    // The white space before the last word may be cut in two: its first bytes must not count as part of a
    // word.
    let text = b"sea ((word)) sea ((word))\xE2\x80\x80((word))";
    for buffer_bytes in 1..40 {
        for piece_bytes in 1..40 {
            let table = count_words(Pieces::new(text, piece_bytes), buffer_bytes, 8).unwrap();
            let words = table.into_top(9);
            assert_eq!((words[0].text(), words[0].count), ("word".into(), 3));
        }
    }
}

#[test]
fn what_is_longer_than_the_limit_is_refused() {
    for text in [
        &b"sea \xC2\xA0 ((word))) sea"[..],
        b"sea \xC2\xA0 ((word)))",
        b"sea \xC2\xA0 .......................",
    ] {
        for buffer_bytes in 1..40 {
            for piece_bytes in 1..40 {
                let input = Pieces::new(text, piece_bytes);
                let error = count_words(input, buffer_bytes, 8).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidData);
                let message = error.to_string();
                assert!(message.contains("within 8 bytes from byte 7 on"), "{message}");
            }
        }
    }
}

#[test]
fn an_input_without_white_space_does_not_fill_the_memory() {
    let error = top_words(io::repeat(0xE2), 3).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
}

#[test]
fn only_a_piece_of_the_input_is_held() {
    struct Sea {
        reads: usize,
    }

    impl Read for Sea {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            assert!(
                buffer.len() <= BUFFER_BYTES,
                "there is room for {} bytes",
                buffer.len()
            );
            let length = buffer.len() / 4 * 4;
            buffer[..length].copy_from_slice(&b"sea ".repeat(length / 4));
            self.reads += 1;
            Ok(if self.reads > 100 { 0 } else { length })
        }
    }

    let words = top_words(Sea { reads: 0 }, 3).unwrap();
    assert_eq!(words[0].text(), "sea");
    assert!(words[0].count > 100_000);
}

#[test]
fn an_error_of_the_input_is_passed_on() {
    struct Torn;

    impl Read for Torn {
        fn read(&mut self, _: &mut [u8]) -> Result<usize> {
            Err(ErrorKind::ConnectionReset.into())
        }
    }

    let error = top_words(b"sea ".chain(Torn), 3).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn the_tutorials_texts_have_the_words_their_readme_names() {
    let holds = |text: &[u8], words: u64, expected: [(&str, u64); 3]| {
        assert!(text.is_ascii());
        assert_eq!(top(text, 3), counted(&expected));
        let all = top(text, usize::MAX);
        assert_eq!(all.iter().map(|(_, count)| count).sum::<u64>(), words);
        assert_eq!(reference(text, 3), top_words(text, 3).unwrap());
    };
    let one = include_bytes!("../../../data/taskdata1.txt");
    holds(one, 398, [("the", 37), ("and", 17), ("I", 15)]);
    let two = include_bytes!("../../../data/taskdata2.txt");
    holds(two, 394, [("the", 24), ("it", 23), ("a", 20)]);
    let three = include_bytes!("../../../data/taskdata3.txt");
    holds(three, 399, [("the", 38), ("and", 19), ("a", 19)]);
}

/// A bit of text that is likely to go wrong beside another one.
fn bit() -> impl Strategy<Value = Vec<u8>> {
    let bits: Vec<&'static [u8]> = vec![
        b"a",
        b"b",
        b"A",
        b"ab",
        b"sea",
        b"lighthouse",
        b"lighthouses",
        b" ",
        b" ",
        b" ",
        b"\n",
        b"\r\n",
        b"\0",
        b".",
        b"-",
        b"'",
        b"\xC2\x85",
        b"\xC2\xA0",
        b"\xE1\x9A\x80",
        b"\xE2\x80\x8A",
        b"\xE2\x80\x8B",
        b"\xE2\x80\xAF",
        b"\xE2\x81\x9F",
        b"\xE3\x80\x80",
        b"\xE3\x80\x81",
        b"\xC2",
        b"\xE2",
        b"\xE2\x80",
        b"\x80",
        b"\xC3\xA9",
        b"\xF0\x9F\x90\x9F",
        b"\xF0",
    ];
    prop_oneof![
        8 => prop::sample::select(bits).prop_map(<[u8]>::to_vec),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn counts_are_those_of_the_reference(
        bits in prop::collection::vec(bit(), 0..120),
        number in prop_oneof![0_usize..6, Just(usize::MAX)],
        buffer_bytes in 0_usize..64,
        piece_bytes in 1_usize..64,
    ) {
        let text = bits.concat();
        let expected = reference(&text, number);
        prop_assert_eq!(&top_words(&text[..], number).unwrap(), &expected);
        let table = count_words(Pieces::new(&text, piece_bytes), buffer_bytes, text.len()).unwrap();
        prop_assert_eq!(&table.into_top(number), &expected);
    }
}
