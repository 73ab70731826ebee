//! The standard tools.

use batchite_sim::exec::Outcome;

use crate::harness::sh;

fn check(table: &[(&str, &str, i32)]) {
    for (text, stdout, code) in table {
        let done = sh(text);
        assert_eq!(done.stdout, *stdout, "{text}: {}", done.stderr);
        assert_eq!(done.outcome, Outcome::Exited(*code), "{text}: {}", done.stderr);
    }
}

#[test]
fn printing() {
    check(&[
        ("echo -n a; echo b", "ab\n", 0),
        ("echo -e 'a\\tb\\n'; echo 'a\\tb'", "a\tb\n\na\\tb\n", 0),
        ("echo -- -x", "-- -x\n", 0),
        ("echo -e 'a\\cb'; echo", "a\n", 0),
        ("printf '%s-%s\\n' a b c", "a-b\nc-\n", 0),
        (
            "printf '%5d|%-5s|%05.1f|%x|%c%%\\n' 42 ab 3.14159 255 xyz",
            "   42|ab   |003.1|ff|x%\n",
            0,
        ),
        ("printf '\\101\\x42\\n'", "AB\n", 0),
        ("printf 'no newline'", "no newline", 0),
        ("printf '%d\\n' abc", "0\n", 1),
        ("printf", "", 2),
    ]);
}

#[test]
fn reading() {
    check(&[
        (
            "printf '1\\n2\\n3\\n' > f; head -n 2 f; tail -n 1 f; head -1 f; tail -2 f",
            "1\n2\n3\n1\n2\n3\n",
            0,
        ),
        (
            "printf 12345 > f; head -c 2 f; tail -c 2 f; head -n 0 f; tail -n 0 f",
            "1245",
            0,
        ),
        ("head -n -1 /dev/null", "", 1),
        (
            "printf 'a b\\nc\\n' > f; wc f; wc -l f; wc -w < f",
            "2 3 6 f\n2 f\n3\n",
            0,
        ),
        (
            "echo a > f; echo b > g; cat f - g < g; cat none; wc -c f g",
            "a\nb\nb\n2 f\n2 g\n4 total\n",
            0,
        ),
        ("seq 3; seq 2 4; seq 5 -2 1", "1\n2\n3\n2\n3\n4\n5\n3\n1\n", 0),
        ("seq a", "", 1),
        (
            "printf 'b\\na\\nb\\n10\\n9\\n' | sort; printf '10\\n9\\n' | sort -n",
            "10\n9\na\nb\nb\n9\n10\n",
            0,
        ),
        ("printf 'b\\na\\nb\\n' | sort -ru", "b\na\n", 0),
        ("echo x | tee f g; cat f g", "x\nx\nx\n", 0),
        ("cat -n /dev/null", "", 2),
    ]);
}

#[test]
fn searching() {
    let file = "printf 'alpha\\nbeta\\nGamma\\n' > f; ";
    for (command, stdout, code) in [
        ("grep a f", "alpha\nbeta\nGamma\n", 0),
        ("grep -v ph f", "beta\nGamma\n", 0),
        ("grep -c ^[ab] f", "2\n", 0),
        ("grep -i gam f", "Gamma\n", 0),
        ("grep 'a.*a$' f", "alpha\nGamma\n", 0),
        ("grep -E 'm+a' f", "Gamma\n", 0),
        ("grep -F '.' f", "", 1),
        ("grep -n eta f", "2:beta\n", 0),
        ("grep -q beta f && echo found", "found\n", 0),
        ("grep -l beta f f", "f\nf\n", 0),
        ("grep none f", "", 1),
        ("grep x none", "", 2),
        ("grep -E 'a|b' f", "", 2),
        ("grep '[' f", "", 2),
        ("grep", "", 2),
    ] {
        let done = sh(&format!("{file}{command}"));
        assert_eq!(
            (done.stdout.as_str(), done.outcome),
            (stdout, Outcome::Exited(code)),
            "{command}: {}",
            done.stderr
        );
    }
}

#[test]
fn files_and_directories() {
    check(&[
        ("mkdir -p a/b c; ls; ls a", "a\nc\nb\n", 0),
        ("mkdir a; mkdir a", "", 1),
        ("mkdir a/b", "", 1),
        (
            "echo x > f; cp f g; cp f g d 2>/dev/null; echo $?; cat g",
            "1\nx\n",
            0,
        ),
        (
            "mkdir d; echo x > f; echo y > g; cp f g d; ls d; cp -r d e; cat e/g; cp -r d e; ls e",
            "f\ng\ny\nd\nf\ng\n",
            0,
        ),
        ("mkdir d; touch d/x; cp d e", "", 1),
        ("mkdir d e; touch d/x d/.y; cp -r d/. e; ls -a e", ".y\nx\n", 0),
        ("mkdir d; cp -r d d/e", "", 1),
        ("touch f; cp f f", "", 1),
        (
            "echo x > f; chmod 640 f; cp f g; ls -l g",
            "-rw-r----- 1 _azbatch _azbatchgrp 2 2025-11-20 15:00:00 g\n",
            0,
        ),
        (
            "echo a > f; sleep 60; cp -p f g; cp f h; [ h -nt g ] && echo newer",
            "newer\n",
            0,
        ),
        (
            "echo x > f; mv f g; ls; mkdir d; mv g d; cat d/g; mv d e; ls e",
            "g\nx\ng\n",
            0,
        ),
        ("mkdir a b; mv a b; ls b; mv b b/c", "a\n", 1),
        ("mv none x", "", 1),
        (
            "mkdir -p d/e; touch d/f; rm d 2>/dev/null; echo $?; rm -rf d none; ls",
            "1\n",
            0,
        ),
        ("rm none", "", 1),
        ("rm -f none; rm -rf; echo $?", "0\n", 0),
        (
            "mkdir -p a/b; rmdir a 2>/dev/null; echo $?; rmdir a/b a; ls",
            "1\n",
            0,
        ),
        ("touch a .b; ls; ls -a; ls -1 a; ls none", "a\n.b\na\na\n", 2),
        ("mkdir d; touch d/x; ls d .; ls -d d", "d:\nx\n\n.:\nd\nd\n", 0),
        (
            "touch f; chmod u+x,go-r f; ls -l f | head -c 10; echo; chmod 7 f; chmod bad f",
            "-rwx------\n",
            1,
        ),
        (
            "basename /a/b.txt .txt; dirname /a/b.txt; dirname b; basename a/",
            "b\n/a\n.\na\n",
            0,
        ),
        ("ls -t", "", 2),
    ]);
}

#[test]
fn testing() {
    check(&[
        (
            "touch f; mkdir d; [ -f f ] && [ -d d ] && [ -e f ] && [ ! -e g ] && echo yes",
            "yes\n",
            0,
        ),
        (
            "[ a = a -a 1 -lt 2 ] && [ a = b -o 2 -ge 2 ] && echo yes",
            "yes\n",
            0,
        ),
        (
            "[ -z '' ] && [ -n x ] && [ x ] && [ ! '' ] && echo yes",
            "yes\n",
            0,
        ),
        ("[ \\( a = b \\) -o \\( a = a \\) ] && echo yes", "yes\n", 0),
        ("test 1 -eq 01 && echo yes", "yes\n", 0),
        ("[ ]; echo $?; [ = ]; echo $?; [ ! = ! ]; echo $?", "1\n0\n0\n", 0),
        ("[ a -eq 1 ]", "", 2),
        ("[ a", "", 2),
        ("[ a b ]", "", 2),
        (
            "echo x > f; [ -s f ] && ! [ -x f ] && chmod +x f && [ -x f ] && echo yes",
            "yes\n",
            0,
        ),
    ]);
}

#[test]
fn the_machine() {
    check(&[
        (
            "whoami; id -u; hostname; uname; nproc",
            "_azbatch\n1000\nlocalhost\nLinux\n1\n",
            0,
        ),
        ("env -i A=1 env", "A=1\n", 0),
        (
            "env A=1 sh -c 'echo $A'; env -u GREETING printenv GREETING; echo $?",
            "1\n1\n",
            0,
        ),
        ("env nosuch", "", 127),
        ("printenv AZ_BATCH_TASK_ID", "task1\n", 0),
        ("sleep", "", 1),
        ("sleep x", "", 1),
        (
            "command -v ls; command -v nosuch; echo $?",
            "/usr/bin/ls\n127\n",
            0,
        ),
        ("type cd", "cd is cd\n", 0),
        ("trap x EXIT", "", 1),
        ("cd none", "", 2),
        (
            "mkdir d; cd d; pwd; cd -; cd; pwd",
            "/mnt/batch/tasks/workitems/job/job-1/task1/wd/d\n/mnt/batch/tasks/workitems/job/job-1/task1/wd\n",
            0,
        ),
        ("(exit 3); exec sh -c 'exit 5'", "", 5),
        ("umask 022; true; ulimit -n", "", 1),
    ]);
}

#[test]
fn modes_and_sizes_are_those_asked_for() {
    check(&[
        (
            "mkdir -m u=rwx,go= d; set -- $(ls -ld d); echo $1",
            "drwx------\n",
            0,
        ),
        ("mkdir -m 750 d; set -- $(ls -ld d); echo $1", "drwxr-x---\n", 0),
        ("mkdir -m go-w d; set -- $(ls -ld d); echo $1", "drwxr-xr-x\n", 0),
        ("mkdir -m rwx d", "", 1),
        ("mkdir -m 99 d; ls", "", 0),
        ("printf '%1536d' 0 > f; set -- $(ls -lh f); echo $5", "1.5K\n", 0),
        ("printf '%1023d' 0 > f; set -- $(ls -lh f); echo $5", "1023\n", 0),
        (
            "printf '%4096d%4096d%2049d' 0 0 0 > f; set -- $(ls -lh f); echo $5",
            "11K\n",
            0,
        ),
        ("printf '%1536d' 0 > f; set -- $(ls -l f); echo $5", "1536\n", 0),
        ("ls -R", "", 2),
    ]);
}
