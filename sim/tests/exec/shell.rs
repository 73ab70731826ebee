//! The shell: what a text prints and how it ends.

use batchite_api::time::TimeSpan;
use batchite_sim::exec::Outcome;

use crate::harness::{sh, under};

/// Holds a table of texts against what they print and how they end.
fn check(table: &[(&str, &str, i32)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, stdout, code)| {
            let done = sh(text);
            let right = done.stdout == *stdout && done.outcome == Outcome::Exited(*code);
            (!right).then(|| {
                format!(
                    "{text}\n  expected {code} {stdout:?}\n  found {:?} {:?}\n  stderr {:?}",
                    done.outcome, done.stdout, done.stderr
                )
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn quoting() {
    check(&[
        ("echo a   b", "a b\n", 0),
        ("echo 'a   b'", "a   b\n", 0),
        ("echo \"a   b\"", "a   b\n", 0),
        ("echo 'a'\"b\"c", "abc\n", 0),
        ("echo a\\ b \\$X \\\\", "a b $X \\\n", 0),
        ("echo '$X \\n \"q\"'", "$X \\n \"q\"\n", 0),
        ("echo \"\\$X \\\" \\\\ \\a\"", "$X \" \\ \\a\n", 0),
        ("echo ''x\"\" ''", "x \n", 0),
        ("echo a\\\nb", "ab\n", 0),
        ("echo ünïcödé '→'", "ünïcödé →\n", 0),
        ("echo a#b # comment", "a#b\n", 0),
        ("# only a comment", "", 0),
        ("", "", 0),
        ("  \n\n  ", "", 0),
    ]);
}

#[test]
fn variables() {
    check(&[
        ("X=1; echo $X ${X}2 \"$X\"", "1 12 1\n", 0),
        ("X='a  b'; echo $X; echo \"$X\"", "a b\na  b\n", 0),
        ("echo \"$GREETING\"", "hello  you\n", 0),
        ("echo $AZ_BATCH_TASK_ID", "task1\n", 0),
        ("echo [$NONE]", "[]\n", 0),
        (
            "echo ${X:-no} ${X-no}; X=; echo ${X:-no} [${X-no}]",
            "no no\nno []\n",
            0,
        ),
        ("echo ${X:=set}; echo $X", "set\nset\n", 0),
        ("X=1; echo ${X:+yes}${Y:+yes}", "yes\n", 0),
        ("echo ${X:?is missing}; echo no", "", 2),
        ("X=hello; echo ${#X}", "5\n", 0),
        (
            "f=a/b/c.tar.gz; echo ${f##*/} ${f#*/} ${f%.*} ${f%%.*}",
            "c.tar.gz b/c.tar.gz a/b/c.tar a/b/c\n",
            0,
        ),
        ("X=a; X=b sh -c 'echo $X'; echo $X", "b\na\n", 0),
        (
            "X=1; sh -c 'echo [$X]'; export X; sh -c 'echo [$X]'",
            "[]\n[1]\n",
            0,
        ),
        ("B='1  2'; export A=$B C; sh -c 'echo \"$A\"'", "1  2\n", 0),
        ("export A=1 B='2 3'; sh -c 'echo $A $B'", "1 2 3\n", 0),
        ("X=1; unset X; echo [$X]", "[]\n", 0),
        (
            "set -- a 'b c' d; echo $# $1 $2 $3; shift; echo $1",
            "3 a b c d\nb c\n",
            0,
        ),
        (
            "set -- a 'b c'; for x in \"$@\"; do echo [$x]; done",
            "[a]\n[b c]\n",
            0,
        ),
        (
            "set -- a 'b c'; for x in \"$*\"; do echo [$x]; done",
            "[a b c]\n",
            0,
        ),
        (
            "set -- a 'b c'; for x in $*; do echo [$x]; done",
            "[a]\n[b]\n[c]\n",
            0,
        ),
        ("sh -c 'echo $0 $1 $2' name one two", "name one two\n", 0),
        ("false; echo $?; true; echo $?", "1\n0\n", 0),
        ("echo $((1 + 2 * 3)) $((7 / 2)) $(( (1+2) * 3 ))", "7 3 9\n", 0),
        ("i=5; i=$((i + 1)); echo $i $((i > 5)) $((-i))", "6 1 -6\n", 0),
        ("echo $((1 / 0)); echo no", "", 2),
        ("set -u; echo $NONE; echo no", "", 2),
        ("echo ~ | grep -c wd", "1\n", 0),
        ("IFS=:; X=a:b:c; for x in $X; do echo $x; done", "a\nb\nc\n", 0),
        ("echo ${X", "", 2),
        ("echo ${X!}", "", 2),
    ]);
}

#[test]
fn lists_and_pipelines() {
    check(&[
        ("echo a; echo b", "a\nb\n", 0),
        ("true && echo yes || echo no", "yes\n", 0),
        ("false && echo yes || echo no", "no\n", 0),
        ("false || false && echo x", "", 1),
        ("! false; echo $?; ! true; echo $?", "0\n1\n", 0),
        ("echo a b c | wc -w", "3\n", 0),
        ("printf 'b\\na\\n' | sort | head -n 1", "a\n", 0),
        ("false | true", "", 0),
        ("set -o pipefail; false | true", "", 1),
        ("set -o pipefail; exit 3 | true", "", 3),
        ("X=1; echo 2 | read X; echo $X", "1\n", 0),
        ("(X=1; cd /; exit 4); echo $? [$X]", "4 []\n", 0),
        ("{ X=1; echo a; }; echo $X", "a\n1\n", 0),
        ("{ echo a; echo b; } | wc -l", "2\n", 0),
        ("exit 7", "", 7),
        ("exit 300", "", 44),
        ("false", "", 1),
        ("echo a &\nwait; echo b", "a\nb\n", 0),
        ("(sleep 2; echo late) & echo early; wait", "early\nlate\n", 0),
        ("(exit 5) & wait $!; echo $?", "5\n", 0),
        ("echo a &&\necho b", "a\nb\n", 0),
    ]);
}

#[test]
fn compound_commands() {
    check(&[
        ("if true; then echo a; else echo b; fi", "a\n", 0),
        ("if false; then echo a; elif true; then echo b; fi", "b\n", 0),
        ("if false; then echo a; fi; echo $?", "0\n", 0),
        ("for x in a b c; do echo $x; done", "a\nb\nc\n", 0),
        ("for x in; do echo $x; done", "", 0),
        ("for x in $(seq 1 3); do printf '%s,' $x; done", "1,2,3,", 0),
        (
            "i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done",
            "0\n1\n2\n",
            0,
        ),
        ("i=0; until [ $i -ge 2 ]; do i=$((i+1)); done; echo $i", "2\n", 0),
        (
            "for x in 1 2 3; do if [ $x = 2 ]; then break; fi; echo $x; done",
            "1\n",
            0,
        ),
        (
            "for x in 1 2 3; do [ $x = 2 ] && continue; echo $x; done",
            "1\n3\n",
            0,
        ),
        (
            "for x in 1 2; do for y in 1 2; do break 2; done; done; echo $x$y",
            "11\n",
            0,
        ),
        (
            "case abc in x) echo x;; a*|b) echo a;; *) echo other;; esac",
            "a\n",
            0,
        ),
        ("case 'a*' in 'a*') echo literal;; esac", "literal\n", 0),
        ("case x in y) echo y;; esac; echo $?", "0\n", 0),
        ("while read -r a b; do echo $b-$a; done < f; echo", "\n", 0),
        (
            "printf '1 2 3\\n4 5\\n' > f; while read a b; do echo $b:$a; done < f",
            "2 3:1\n5:4\n",
            0,
        ),
        ("printf 'a b\\n' | { read x y; echo $y $x; }", "b a\n", 0),
        ("echo a:b > f; IFS=: read x y < f; echo $y", "b\n", 0),
        ("{ echo a; exit 3; }; echo b", "a\n", 3),
        ("eval 'X=1; echo $X'", "1\n", 0),
        ("echo 'Y=2' > s; . ./s; echo $Y", "2\n", 0),
    ]);
}

#[test]
fn substitutions_and_patterns() {
    check(&[
        ("echo $(echo a; echo b)", "a b\n", 0),
        ("echo \"$(echo a; echo b)\"", "a\nb\n", 0),
        ("echo `echo \\`echo deep\\``", "deep\n", 0),
        ("X=$(false); echo $?", "1\n", 0),
        ("echo $(echo $(echo $(echo x)))", "x\n", 0),
        ("echo $(echo ')')", ")\n", 0),
        (
            "touch b.txt a.txt c.log; echo *.txt *.log *.none",
            "a.txt b.txt c.log *.none\n",
            0,
        ),
        ("touch a1 a2 b1; echo a? [ab]1 '*'", "a1 a2 a1 b1 *\n", 0),
        (
            "mkdir -p d/e; touch d/x d/e/y .hidden; echo */* d/*/y *",
            "d/e d/x d/e/y d\n",
            0,
        ),
        ("X='*'; touch f; echo $X \"$X\"", "f *\n", 0),
        ("touch 'a b'; for x in a*; do echo [$x]; done", "[a b]\n", 0),
        ("cd /mnt/batch; echo /mnt/b*/tasks", "/mnt/batch/tasks\n", 0),
    ]);
}

#[test]
fn redirections() {
    check(&[
        ("echo a > f; echo b >> f; cat f", "a\nb\n", 0),
        ("echo a > f; cat < f; wc -c < f", "a\n2\n", 0),
        (
            "cat none 2> e; cat e",
            "cat: none: No such file or directory\n",
            0,
        ),
        ("cat none 2>&1", "cat: none: No such file or directory\n", 1),
        ("{ echo out; echo err >&2; } > f 2>&1; cat f", "out\nerr\n", 0),
        ("{ echo out; echo err >&2; } &> f; cat f", "out\nerr\n", 0),
        ("echo a > /dev/null; cat /dev/null", "", 0),
        ("echo a > none/f; echo $?", "2\n", 0),
        ("cat < none; echo $?", "2\n", 0),
        ("exec > f; echo a; cat f >&2", "", 0),
        ("for x in a b; do echo $x; done > f; cat f", "a\nb\n", 0),
        ("cat <<< 'text here'", "text here\n", 0),
        ("echo a 1>&2", "", 0),
        ("echo a >&-; echo $?", "1\n", 0),
    ]);
}

#[test]
fn set_e_ends_at_the_first_failure() {
    check(&[
        ("set -e; echo a; false; echo b", "a\n", 1),
        ("set -e; if false; then :; fi; echo a", "a\n", 0),
        ("set -e; false || true; echo a", "a\n", 0),
        ("set -e; false && true; echo a", "a\n", 0),
        ("set -e; ! true; echo a", "a\n", 0),
        ("set -e; (exit 3); echo a", "", 3),
        ("set -e; for x in 1 2; do false; done; echo a", "", 1),
        ("set -e; while false; do :; done; echo a", "a\n", 0),
        ("set -e; false | true; echo a", "a\n", 0),
        ("set -e; set -o pipefail; false | true; echo a", "", 1),
        ("set -e; X=$(false); echo a", "", 1),
        ("set -e; set +e; false; echo a", "a\n", 0),
        ("set -e; nosuch; echo a", "", 127),
        ("set -euo pipefail; echo $#", "0\n", 0),
        ("sh -ec 'false; echo a'; echo $?", "1\n", 0),
    ]);
}

#[test]
fn what_is_no_program_ends_with_two() {
    for (text, message) in [
        ("echo 'a", "sh: 1: Syntax error: Unterminated quoted string"),
        ("echo \"a", "Unterminated quoted string"),
        ("echo $(echo", "expecting \")\""),
        ("if true", "end of file unexpected (expecting \"then\")"),
        ("if true; then", "end of file unexpected"),
        ("fi", "\"fi\" unexpected"),
        ("for 1 in a; do :; done", "Bad for loop variable"),
        ("echo a | | b", "\"|\" unexpected"),
        ("( )", "\")\" unexpected"),
        ("echo )", "\")\" unexpected"),
        ("&& a", "\"&&\" unexpected"),
        ("f() { :; }", "functions are not simulated"),
        ("echo $'a\\n'", "are not simulated"),
        ("cat << EOF", "here-documents are not simulated"),
        ("[[ a = b ]]", "[[ is not simulated"),
        ("echo a 3> f", "descriptors above 2 are not simulated"),
        ("echo a\n\nfi", "sh: 3: "),
        ("echo ${", "Bad substitution"),
        ("echo $((1", "expecting \"))\""),
        ("case x in a) echo", "expecting \"esac\""),
    ] {
        let done = sh(text);
        assert_eq!(done.outcome, Outcome::Exited(2), "{text}");
        assert!(done.stderr.contains(message), "{text}: {}", done.stderr);
        assert_eq!(done.stdout, "", "{text}");
    }
}

#[test]
fn programs_that_are_not_there_end_with_127() {
    let done = sh("nosuch --flag; echo $?");
    assert_eq!(
        (done.stdout.as_str(), done.stderr.as_str()),
        ("127\n", "/bin/sh: 1: nosuch: not found\n")
    );
    let done = under("bash -c", "true\n./nosuch");
    assert_eq!(done.outcome, Outcome::Exited(127));
    assert_eq!(done.stderr, "bash: line 2: ./nosuch: No such file or directory\n");
    let done = sh("echo data > f; ./f; echo $?; chmod +x f; ./f; echo $?");
    assert_eq!(done.stdout, "126\n126\n");
    assert_eq!(
        done.stderr,
        "/bin/sh: 1: ./f: Permission denied\n/bin/sh: 1: ./f: cannot execute binary file\n"
    );
}

#[test]
fn scripts_on_the_disk_run() {
    check(&[
        (
            "printf '#!/bin/sh\\necho $0 $1 $#\\nexit 3\\n' > s; chmod +x s; ./s a b; echo $?",
            "./s a 2\n3\n",
            0,
        ),
        (
            "printf '#!/usr/bin/env bash\\necho hi\\n' > s; chmod 755 s; ./s",
            "hi\n",
            0,
        ),
        (
            "echo 'echo hi $1' > s; sh s there; bash ./s you",
            "hi there\nhi you\n",
            0,
        ),
        (
            "mkdir bin; printf '#!/bin/sh\\necho found\\n' > bin/tool; chmod +x bin/tool; PATH=$PATH:$PWD/bin; tool; command -v tool",
            "found\n/mnt/batch/tasks/workitems/job/job-1/task1/wd/bin/tool\n",
            0,
        ),
        (
            "printf '#!/bin/sh -e\\nfalse\\necho no\\n' > s; chmod +x s; ./s",
            "",
            1,
        ),
        ("printf '#!/opt/none\\n' > s; chmod +x s; ./s", "", 126),
        ("echo 'echo piped' | sh", "piped\n", 0),
        ("sh none", "", 127),
    ]);
}

#[test]
fn sleeping_takes_virtual_time() {
    for (text, milliseconds) in [
        ("sleep 30", 30_000),
        ("sleep 0.5 1", 1500),
        ("sleep 2m", 120_000),
        ("for x in 1 2 3; do sleep 10; done", 30_000),
        ("sleep 5 & sleep 3; wait", 5000),
        ("sleep 100 & sleep 3", 3000),
        ("sleep 5 | sleep 5", 10_000),
        (
            "(sleep 5; touch done) & while [ ! -f done ]; do sleep 2; done",
            6000,
        ),
        ("echo", 0),
    ] {
        let done = sh(text);
        assert_eq!(done.took, TimeSpan::from_milliseconds(milliseconds), "{text}");
        assert_eq!(done.outcome, Outcome::Exited(0), "{text}");
    }
}

#[test]
fn dates_follow_the_virtual_clock() {
    check(&[
        ("date +%s; sleep 90; date +%s", "1763650800\n1763650890\n", 0),
        ("date", "Thu Nov 20 15:00:00 UTC 2025\n", 0),
        ("date -u +%Y-%m-%dT%H:%M:%SZ", "2025-11-20T15:00:00Z\n", 0),
        ("date -R", "", 1),
    ]);
}

#[test]
fn bash_knows_braces() {
    let done = under(
        "bash -c",
        "for i in {1..3} x{a,b}; do echo $i; done; echo \"{1..3}\"",
    );
    assert_eq!(done.stdout, "1\n2\n3\nxa\nxb\n{1..3}\n");
    assert_eq!(sh("echo {1..3}").stdout, "{1..3}\n");
    assert_eq!(
        under("bash -c", "echo {1..999999999}").outcome,
        Outcome::Exited(70)
    );
}

#[test]
fn set_x_shows_what_runs() {
    let done = sh("set -x; X=1; echo $X | cat");
    assert_eq!(done.stdout, "1\n");
    assert_eq!(done.stderr, "+ X=1\n+ echo 1\n+ cat\n");
}

#[test]
fn what_is_read_only_stays() {
    check(&[
        ("readonly X=1; echo $X; X=2; echo no", "1\n", 2),
        ("readonly X=1; unset X; echo no", "", 2),
        ("X=1; readonly X; echo 2 > f; read X < f; echo no", "", 2),
        ("readonly X=1; printenv X", "", 1),
        (
            "Y=2; readonly Y X=1; readonly -p",
            "readonly X='1'\nreadonly Y='2'\n",
            0,
        ),
        ("X=1; unset -f X", "", 2),
    ]);
}

#[test]
fn read_takes_its_options_for_what_they_are() {
    check(&[
        ("echo a > f; read -p Name x < f; echo $x", "a\n", 0),
        ("echo a > f; read -t 5 x < f", "", 2),
        ("echo a > f; read < f", "", 2),
        ("echo a > f; read 1x < f; echo no", "", 2),
    ]);
    assert_eq!(
        under("bash -c", "echo a > f; read < f; echo $REPLY").stdout,
        "a\n"
    );
}
