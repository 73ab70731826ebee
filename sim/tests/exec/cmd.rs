//! The interpreter of Windows nodes.

use batchite_api::time::TimeSpan;
use batchite_sim::exec::process::Process;
use batchite_sim::exec::simulated::SimulatedExecutor;
use batchite_sim::exec::{Outcome, Platform};
use proptest::prelude::*;

use crate::harness::{Node, START};

/// Shows its arguments and a variable.
fn show(process: &mut Process) -> i32 {
    let line = format!("{:?} {:?}\n", process.arguments, process.variable("x"));
    i32::from(process.stdout.write_text(&line).is_err())
}

fn node() -> Node {
    let fails = |process: &mut Process| process.arguments[0].parse().unwrap_or(1);
    let executor = SimulatedExecutor::new(0, START)
        .with_program("show.exe", show)
        .with_program("fails", fails);
    Node::with(Platform::Windows, executor)
}

fn check(table: &[(&str, &str, i32)]) {
    for (line, stdout, code) in table {
        let done = node().run(line);
        assert_eq!(done.stdout, *stdout, "{line}: {}", done.stderr);
        assert_eq!(done.outcome, Outcome::Exited(*code), "{line}: {}", done.stderr);
    }
}

#[test]
fn lines_run_under_cmd() {
    check(&[
        ("cmd /c \"echo hello world\"", "hello world\r\n", 0),
        ("cmd.exe /C echo hello", "hello\r\n", 0),
        ("C:\\Windows\\System32\\cmd.exe /d /s /c \"echo a\"", "a\r\n", 0),
        ("cmd /cecho a", "a\r\n", 0),
        ("cmd /c \"echo \"quoted\" text\"", "\"quoted\" text\r\n", 0),
        ("cmd /c echo a & echo b", "a \r\nb\r\n", 0),
        ("cmd /c \"echo a&&echo b||echo c\"", "a\r\nb\r\n", 0),
        ("cmd /c \"fails 3 && echo a || echo b\"", "b\r\n", 0),
        ("cmd /c \"fails 3\"", "", 3),
        ("cmd /c \"fails 3 & fails 0\"", "", 0),
        ("cmd /c \"exit /b 4\"", "", 4),
        ("cmd /c \"exit 5 & echo no\"", "", 5),
        ("cmd /c \"exit -1073741510\"", "", -1_073_741_510),
        ("cmd /c \"exit /b 99999999999\"", "", i32::MAX),
        ("cmd /c \"exit -99999999999\"", "", i32::MIN),
        ("cmd /c \"exit x\"", "", 0),
        ("cmd /c nosuch", "", 1),
        ("cmd /c \"(echo a & echo b) > f & type f\"", "a \r\nb\r\n", 0),
        ("cmd /c \"echo a^&b ^> c\"", "a&b > c\r\n", 0),
        ("cmd /c \"echo \"a & b\"\"", "\"a & b\"\r\n", 0),
        ("cmd /c \"cmd /c \"exit 7\"\"", "", 7),
        ("cmd", "", 0),
        ("cmd /c", "", 0),
    ]);
}

#[test]
fn variables_are_expanded_once_for_a_line() {
    check(&[
        (
            "cmd /c \"echo %AZ_BATCH_TASK_ID% %az_batch_task_id%\"",
            "task1 task1\r\n",
            0,
        ),
        ("cmd /c \"echo %GREETING%\"", "hello  you\r\n", 0),
        ("cmd /c \"echo %NONE% 100% %\"", "%NONE% 100% %\r\n", 0),
        ("cmd /c \"set X=1&echo %X%\"", "%X%\r\n", 0),
        ("cmd /c \"set X=1&show\"", "[] Some(\"1\")\n", 0),
        ("cmd /c \"set X=1&cmd /c echo %X%\"", "1\r\n", 0),
        ("cmd /c \"set \"X=a b\"&set x\"", "X=a b\r\n", 0),
        ("cmd /c \"set /a 2+3*4\"", "14", 0),
        ("cmd /c \"set NONE_SUCH\"", "", 1),
        (
            "cmd /c \"echo %CD%\"",
            "D:\\batch\\tasks\\workitems\\job\\job-1\\task1\\wd\r\n",
            0,
        ),
        ("cmd /c \"echo %OS:~0,3%\"", "", 1),
    ]);
}

#[test]
fn files_are_handled() {
    check(&[
        ("cmd /c \"echo a>f& echo b>>f& type f\"", "a\r\nb\r\n", 0),
        (
            "cmd /c \"mkdir a\\b & echo x>a\\b\\f& dir /b a & type A\\B\\F\"",
            "b\r\nx\r\n",
            0,
        ),
        (
            "cmd /c \"echo x>f& copy f g & type g\"",
            "        1 file(s) copied.\r\nx\r\n",
            0,
        ),
        (
            "cmd /c \"echo x>a.txt& echo y>b.TXT& md d & copy *.txt d & dir /b d\"",
            "        2 file(s) copied.\r\na.txt\r\nb.TXT\r\n",
            0,
        ),
        ("cmd /c \"echo x>f& ren f g & move g h & dir /b\"", "h\r\n", 0),
        ("cmd /c \"echo x>a.log& del *.log & dir /b *.log\"", "", 1),
        ("cmd /c \"md d & md d\"", "", 1),
        ("cmd /c \"md d\\e & rd d & rd /s /q d & dir /b\"", "", 0),
        (
            "cmd /c \"cd .. & cd & cd none\"",
            "D:\\batch\\tasks\\workitems\\job\\job-1\\task1\r\n",
            1,
        ),
        ("cmd /c \"type none\"", "", 1),
        ("cmd /c \"type none 2> nul\"", "", 1),
        (
            "cmd /c \"type none 2>&1\"",
            "The system cannot find the file specified.\r\n",
            1,
        ),
        ("cmd /c \"copy none x\"", "", 1),
        ("cmd /c \"echo a | type con\"", "", 1),
        ("cmd /c \"if exist f (echo yes) else echo no\"", "no\r\n", 0),
        (
            "cmd /c \"echo x>f& if exist f echo yes & echo too\"",
            "yes \r\ntoo\r\n",
            0,
        ),
        ("cmd /c \"if not defined NONE if /i A==a echo yes\"", "yes\r\n", 0),
        ("cmd /c \"fails 2 & if errorlevel 2 echo two\"", "two\r\n", 0),
        (
            "cmd /c \"echo x > %AZ_BATCH_NODE_SHARED_DIR%\\f && type D:\\batch\\tasks\\shared\\f\"",
            "x \r\n",
            0,
        ),
    ]);
}

#[test]
fn batch_files_run() {
    let writes = |process: &mut Process| {
        let text = "@echo off\r\nset X=1\r\n:label\r\nif \"%X%\"==\"1\" (\r\n  echo one %1\r\n) else (\r\n  echo other\r\n)\r\n\
                    echo %~dp0 100%% %NONE%.\r\nexit /b 6\r\necho no\r\n";
        i32::from(process.write_file("b.cmd", text).is_err())
    };
    let executor = SimulatedExecutor::new(0, START).with_program("writes", writes);
    let mut node = Node::with(Platform::Windows, executor);
    let done = node.run("cmd /c \"writes & b a & echo after %ERRORLEVEL%\"");
    let directory = "D:\\batch\\tasks\\workitems\\job\\job-1\\task1\\wd\\";
    assert_eq!(
        done.stdout,
        format!("one a \r\n{directory} 100% .\r\nafter 0\r\n").replace("a \r", "a\r")
    );
    let done = node.run("cmd /c \"writes & call b.cmd z\"");
    assert_eq!(done.outcome, Outcome::Exited(6));
    let done = node.run("cmd /c \"writes & b.cmd\"");
    assert_eq!(done.outcome, Outcome::Exited(6));
}

#[test]
fn directories_and_variables_come_back() {
    let here = "D:\\batch\\tasks\\workitems\\job\\job-1\\task1\\wd";
    check(&[
        (
            "cmd /c \"md d & pushd d & cd & popd & cd\"",
            &format!("{here}\\d\r\n{here}\r\n"),
            0,
        ),
        ("cmd /c \"md d & pushd d & pushd\"", &format!("{here}\r\n"), 0),
        ("cmd /c popd", "", 1),
        ("cmd /c \"pushd none & popd\"", "", 1),
        ("cmd /c \"path C:\\tools& path\"", "PATH=C:\\tools\r\n", 0),
        // Outside a batch file nothing is set aside.
        ("cmd /c \"setlocal&set X=1&endlocal&show\"", "[] Some(\"1\")\n", 0),
    ]);
    let writes = |process: &mut Process| {
        let text = "set X=1\r\nsetlocal\r\nset X=2\r\ncd ..\r\nshow\r\nendlocal\r\nshow\r\ncd\r\n\
                    setlocal\r\nset X=3\r\nsetlocal\r\nset X=4\r\n";
        i32::from(process.write_file("b.cmd", text).is_err())
    };
    let executor = SimulatedExecutor::new(0, START)
        .with_program("show", show)
        .with_program("writes", writes);
    let mut node = Node::with(Platform::Windows, executor);
    let done = node.run("cmd /c \"writes & call b & show\"");
    assert_eq!(
        done.stdout,
        format!("[] Some(\"2\")\n[] Some(\"1\")\n{here}\r\n[] Some(\"1\")\n")
    );
}

#[test]
fn timeout_takes_virtual_time() {
    let done = node().run("cmd /c \"timeout /t 30 /nobreak > nul & echo done\"");
    assert_eq!(
        (done.took, done.stdout.as_str()),
        (TimeSpan::from_seconds(30), "done\r\n")
    );
    assert_eq!(node().run("timeout /t -1").outcome, Outcome::Exited(1));
}

#[test]
fn mistakes_and_gaps_are_said() {
    for (line, message) in [
        ("cmd /c \"nosuch\"", "'nosuch' is not recognized"),
        ("cmd /c \"echo a &&\"", "The syntax of the command is incorrect."),
        ("cmd /c \"| a\"", "| was unexpected at this time."),
        ("cmd /c \"(echo a\"", "The syntax of the command is incorrect."),
        ("cmd /c \"if a b\"", "was unexpected at this time."),
        ("cmd /c \"for %x in (a) do echo %x\"", "for is not simulated"),
        ("cmd /c \"goto x\"", "goto is not simulated"),
        (
            "cmd /c \"setlocal EnableDelayedExpansion\"",
            "setlocal enabledelayedexpansion is not simulated",
        ),
        ("cmd /c \"echo a 5> f\"", "streams above 2"),
        ("cmd /c \"del /s f\"", "/s is not simulated"),
        ("cmd /v:on /c echo", "/v is not simulated"),
    ] {
        let done = node().run(line);
        assert!(done.stderr.contains(message), "{line}: {}", done.stderr);
        assert_eq!(done.outcome, Outcome::Exited(1), "{line}");
    }
}

#[test]
fn hostile_lines_end() {
    let long = format!("cmd /c echo {}", "w".repeat(1_000_000));
    let done = node().run(&long);
    assert_eq!(done.outcome, Outcome::Exited(1));
    assert_eq!(done.stderr, "The command line is too long.\r\n");
    for line in [
        format!("cmd /c \"{}echo a\"", "(".repeat(4000)),
        format!("cmd /c {}echo a", "if a==a ".repeat(800)),
        format!("cmd /c {}", "cmd /c ".repeat(1000)),
        "cmd /c \"echo b.cmd> b.cmd & b.cmd\"".to_owned(),
        format!(
            "cmd /c \"echo {}call b.cmd{}> b.cmd & b.cmd\"",
            "if a==a (".repeat(30),
            ")".repeat(30)
        ),
        "cmd /c \"echo call b.cmd> b.cmd & echo call b.cmd>> b.cmd & b.cmd\"".to_owned(),
    ] {
        let done = node().run(&line);
        assert!(
            matches!(done.outcome, Outcome::Exited(code) if code != 0),
            "{:?}",
            done.outcome
        );
        assert!(
            !done.stderr.is_empty() && done.stderr.len() < 4000,
            "{}",
            done.stderr
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_ends_as_a_line(text in "\\PC{0,60}|(echo|if|set|[()&|<>^%\"'=a/ *?.\\\\]|exist|not|cd|copy|del){0,30}") {
        let mut node = node();
        let command = node.command(&format!("cmd /c {text}"));
        node.start(&command);
        prop_assert!(node.next_outcome().is_some());
    }
}
