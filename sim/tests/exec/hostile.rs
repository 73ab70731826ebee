//! Commands that mean harm, or are just too big: each ends, with a clear outcome.

use batchite_sim::exec::process::Process;
use batchite_sim::exec::simulated::SimulatedExecutor;
use batchite_sim::exec::{Outcome, Platform};
use bytes::Bytes;
use proptest::prelude::*;

use crate::harness::{Node, START, TASK, quoted, sh, under};

const REFUSED: Outcome = Outcome::Exited(70);

#[test]
fn a_hundred_megabytes_of_output_are_cut_with_a_note() {
    let chatty = |process: &mut Process| {
        let piece = Bytes::from(vec![b'x'; 1_000_000]);
        i32::from((0..100).any(|_| process.stdout.write_shared(piece.clone()).is_err()))
    };
    let executor = SimulatedExecutor::new(0, START).with_program("chatty", chatty);
    let mut node = Node::with(Platform::Linux, executor);
    let done = node.run("chatty");
    assert_eq!(done.outcome, Outcome::Exited(0));
    let limit = 64 * 1024 * 1024;
    let ending = format!("\n[output truncated after {limit} bytes]\n");
    assert_eq!(done.stdout.len(), limit + ending.len());
    assert!(done.stdout.ends_with(&ending));
    let done = node.run("sh -c 'chatty > big; wc -c < big; cat big; echo $?'");
    assert!(done.stdout.starts_with("100000000\n"));
    assert!(done.stdout.ends_with(&ending));
    assert_eq!((done.outcome, done.stderr.as_str()), (Outcome::Exited(0), ""));
}

/// Holds that each text is refused, and that this is said.
fn refused(texts: &[&str]) {
    for text in texts {
        let done = sh(text);
        assert_eq!(done.outcome, REFUSED, "{text}: {}", done.stderr);
        assert!(
            !done.stderr.is_empty() && done.stderr.len() < 1000,
            "{text}: {}",
            done.stderr
        );
    }
}

#[test]
fn loops_that_never_end_are_refused() {
    refused(&[
        "while true; do :; done",
        "while :; do echo x > /dev/null; done",
        "while true; do sh -c true; done",
        "while :; do cat /dev/null | cat; done",
        "(while :; do :; done); while :; do :; done",
        "while :; do sleep 0.0000001; done",
    ]);
}

#[test]
fn loops_that_grow_are_refused() {
    refused(&[
        "X=x; while :; do X=$X$X; done",
        "while :; do i=x$i; eval \"$i=1\"; done",
        "set --; while :; do set -- \"$@\" x; done",
        "set -- $(seq 1 200000); while shift; do :; done",
        "X=$(printf '%4000d' 1); X=$X$X$X$X$X$X$X$X; X=$X$X$X$X$X$X$X$X; while :; do : ${#X}; done",
        "X=1; while :; do env A=$X env > /dev/null; done",
    ]);
}

#[test]
fn a_loop_that_sleeps_goes_on() {
    let done =
        sh("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); [ $((i % 1000)) = 0 ] && sleep 1; done; echo $i");
    assert_eq!(
        (done.outcome, done.stdout.as_str()),
        (Outcome::Exited(0), "20000\n")
    );
}

#[test]
fn programs_that_call_themselves_are_refused() {
    for text in [
        "printf '#!/bin/sh\\n./s\\n' > s; chmod +x s; ./s",
        "printf '#!/bin/sh\\n./s | ./s\\n' > s; chmod +x s; ./s",
        "printf '#!/bin/sh\\n./s & ./s &\\nwait\\n' > s; chmod +x s; ./s",
        "X='eval \"$X\"'; eval \"$X\"",
        "echo '. ./s' > s; . ./s",
        "echo 'sh s' > s; sh s",
        "while :; do sleep 100 & done",
    ] {
        let done = sh(text);
        assert!(done.stderr.contains("refused"), "{text}: {}", done.stderr);
    }
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = 100_000;
    for text in [
        format!("{}true{}", "(".repeat(deep), ")".repeat(deep)),
        "(".repeat(deep),
        "{ ".repeat(deep),
        "$(".repeat(deep),
        "echo ${a:-".repeat(deep),
        "echo \"${a:-".repeat(deep),
        "\"$(\"$(".repeat(deep),
        "if ".repeat(deep),
        "while true; do ".repeat(deep),
        "case x in x) ".repeat(deep),
        "$((".repeat(deep),
        "`".repeat(deep + 1),
    ] {
        let done = sh(&text);
        assert_eq!(done.outcome, Outcome::Exited(2), "{}", &text[..40]);
        assert!(done.stderr.len() < 1000);
    }
    for (open, close) in [
        ("(", ")"),
        ("{ ", ";}"),
        ("echo $(", ")"),
        ("if true; then ", "; fi"),
        ("eval '", "'"),
    ] {
        for levels in [10, 35] {
            let text = format!("{}true{}", open.repeat(levels), close.repeat(levels));
            let done = sh(&text);
            assert!(matches!(done.outcome, Outcome::Exited(_)), "{text}");
        }
    }
    assert_eq!(
        sh(&format!("echo $(({}1))", "-(".repeat(1000))).outcome,
        Outcome::Exited(2)
    );
    assert_eq!(
        sh(&format!("[ {} ]", "( ".repeat(10_000))).outcome,
        Outcome::Exited(2)
    );
    assert_eq!(sh(&"! ".repeat(deep)).outcome, Outcome::Exited(2));
    assert_eq!(
        sh(&format!("{} true", "! ".repeat(deep))).outcome,
        Outcome::Exited(0)
    );
    assert_eq!(sh(&"true;".repeat(10_000)).outcome, Outcome::Exited(0));
    assert_eq!(sh(&"true &&".repeat(10_000)).outcome, Outcome::Exited(2));
}

#[test]
fn a_word_of_a_megabyte_is_a_word() {
    let word = "w".repeat(1_000_000);
    let done = sh(&format!(
        "echo {word} | wc -c; X={word}; echo ${{#X}}; echo {word}"
    ));
    assert_eq!(done.outcome, Outcome::Exited(0));
    assert_eq!(done.stdout, format!("1000001\n1000000\n{word}\n"));
    let done = Node::new(Platform::Linux).run(&word);
    assert!(matches!(done.outcome, Outcome::Failed(_)));
    let done = sh(&word);
    assert_eq!(done.outcome, Outcome::Exited(127));
    assert!(done.stderr.len() < 1000, "the message does not repeat it");
    let done = sh(&format!("> {word}"));
    assert_eq!(done.outcome, Outcome::Exited(2));
    let done = sh(&format!("touch f; echo {}", "*".repeat(60_000)));
    assert_eq!(done.stdout, "f\n");
}

#[test]
fn bytes_that_are_no_text_pass_unchanged() {
    let raw: &[u8] = &[0xff, 0xfe, 0, b'a', 0xc3, 0x28, b'\n', 0x80];
    let writes = move |process: &mut Process| i32::from(process.write_file("raw", raw).is_err());
    let executor = SimulatedExecutor::new(0, START).with_program("writes", writes);
    let mut node = Node::with(Platform::Linux, executor);
    let done =
        node.run("sh -c 'writes; cat raw | cat > copy; cat < copy; wc -c raw; X=$(cat raw); echo ${#X} >&2'");
    assert_eq!(done.outcome, Outcome::Exited(0));
    let stdout = node.bytes(&node.id, &format!("{TASK}/stdout.txt")).unwrap();
    assert_eq!(stdout, [raw, b"8 raw\n"].concat());
}

#[test]
fn what_is_too_big_is_refused() {
    for text in [
        "X=$(printf '%4096d' 1); X=$X$X$X$X$X$X$X$X; X=$X$X$X$X$X$X$X$X; X=$X$X$X$X$X$X$X$X; X=$X$X$X$X$X$X$X$X",
        "seq 1 1000000000",
        "seq 1 1000000000 | wc -l",
        "echo $(seq 1 1000000000)",
    ] {
        let done = sh(text);
        assert!(matches!(done.outcome, Outcome::Exited(_)), "{text}");
    }
    assert_eq!(sh("printf '%999999999999d' 1 | wc -c").stdout, "0\n");
}

#[test]
fn paths_do_not_leave_the_node() {
    for (text, stdout) in [
        ("cd ../../../../../../../../..; pwd", "/\n"),
        (
            "cat ../../../../../../../../../etc/passwd 2>&1",
            "cat: ../../../../../../../../../etc/passwd: No such file or directory\n",
        ),
        ("rm -rf / 2> /dev/null; ls /", "mnt\ntmp\n"),
        ("echo x > /tmp/a; cat /mnt/../tmp/./a", "x\n"),
    ] {
        assert_eq!(sh(text).stdout, stdout, "{text}");
    }
}

/// Pieces shell texts are made of, so that random texts get past the lexer.
const PIECES: &str = "echo a $X ${X:- ${X% } $( ) ( { ; | || && & > >> < 2>&1 ' \" ` \\ if then else fi for x in do done \
                      while case esac ;; X= $(( )) 1 + * [ ] ! ~ / .. cat cd set -e exit read y wait eval test - = # \
                      printf %s sh -c é $@ $# sleep 1 break continue rm -r cp mkdir grep head -n seq 3 false true";

fn shell_text() -> impl Strategy<Value = String> {
    let mut pieces: Vec<String> = PIECES.split(' ').map(str::to_owned).collect();
    let joined = pieces.iter().map(|piece| format!("{piece} "));
    pieces = joined.chain(pieces.iter().cloned()).collect();
    pieces.extend(["\n", "\0", "; "].map(str::to_owned));
    prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_ends_as_a_shell_line(text in "\\PC{0,60}|[ -~\\n]{0,80}") {
        let mut node = Node::new(Platform::Linux);
        let command = node.command(&format!("bash -c {}", quoted(&text)));
        node.start(&command);
        prop_assert!(node.next_outcome().is_some() || text.contains("inf"));
    }

    #[test]
    fn any_row_of_shell_words_ends(text in shell_text()) {
        let mut node = Node::new(Platform::Linux);
        let command = node.command(&format!("sh -c {}", quoted(&text)));
        node.start(&command);
        prop_assert!(node.next_outcome().is_some());
    }

    #[test]
    fn any_text_ends_as_a_command_line(text in "\\PC{0,60}", windows in any::<bool>()) {
        let platform = if windows { Platform::Windows } else { Platform::Linux };
        let mut node = Node::new(platform);
        let command = node.command(&text);
        node.start(&command);
        prop_assert!(node.next_outcome().is_some());
    }
}

#[test]
fn unbalanced_quotes_are_a_syntax_error() {
    for text in ["echo \"", "echo 'x", "echo `x", "\"$(echo 'x)\"", "${X:-'}"] {
        assert_eq!(under("bash -c", text).outcome, Outcome::Exited(2), "{text}");
    }
}

#[test]
fn nesting_within_nesting_is_refused_before_the_stack_ends() {
    let ifs = format!("{}./s{}", "if true; then ".repeat(38), "; fi".repeat(38));
    let defaults = format!(": {}$(./s){}", "${a:-".repeat(36), "}".repeat(36));
    let groups = format!("{}./s{}", "{ ".repeat(38), ";}".repeat(38));
    let mixed = "( eval \"$(echo ./s | cat)\" )".to_owned();
    let loops = format!("{}./s{}", "for x in 1; do ".repeat(38), "; done".repeat(38));
    let cases = format!("{}./s{}", "case x in x) ".repeat(38), ";; esac".repeat(38));
    for text in [ifs, defaults, groups, mixed, loops, cases] {
        let done = sh(&format!(
            "printf '%s\\n' '#!/bin/sh' {} > s; chmod +x s; ./s",
            quoted(&text)
        ));
        assert!(done.stderr.contains("refused"), "{text}: {}", done.stderr);
    }
}
