//! Names and texts that were made to break things.

use batchite::tutorial::TutorialError;

use crate::world::{instant, text};

#[test]
fn names_that_mean_something_to_a_shell_are_only_names() {
    let mut world = instant();
    let names = [
        "two words.txt",
        "it's.txt",
        "\"quoted\".txt",
        "$HOME.txt",
        "`exit 3`.txt",
        "$(exit 3).txt",
        "a;exit 3;.txt",
        "-rf.txt",
        "--help",
        "*.txt",
        "~.txt",
        "&.txt",
        "#.txt",
        "%41+.txt",
        "naïve 文.txt",
        ".hidden",
    ];
    world.settings.inputs = names.iter().map(|name| text(name, "one two")).collect();
    let outcome = world.run();
    assert!(outcome.report.success, "{:#?}", world.console.errors);
    let mut blobs: Vec<String> = outcome
        .report
        .outputs
        .into_iter()
        .map(|output| output.blob)
        .collect();
    let mut expected: Vec<String> = names
        .iter()
        .map(|name| match name.strip_suffix(".txt") {
            Some(stem) => format!("{stem}_OUTPUT.txt"),
            None => format!("{name}_OUTPUT"),
        })
        .collect();
    blobs.sort();
    expected.sort();
    assert_eq!(blobs, expected);
}

#[test]
fn a_worker_may_have_any_name_too() {
    let mut world = instant();
    let plain = world.settings.worker.clone();
    let odd = world.directory().join("my $worker's copy");
    std::fs::rename(plain, &odd).unwrap();
    world.settings.worker = odd;
    let outcome = world.run();
    // No program of that name is installed in this world, so the file is found and is no program: exit code 126.
    let [TutorialError::TasksFailed(tasks)] = &outcome.errors[..] else {
        panic!("{:?}", outcome.errors);
    };
    assert_eq!(tasks[0].exit_code, Some(126), "{:?}", world.console.errors);
}

#[test]
fn texts_that_are_none_are_counted_all_the_same() {
    let mut world = instant();
    world.settings.inputs = vec![
        text("empty.txt", ""),
        text("invalid.txt", &b"caf\xe9 \xff\xfe caf\xe9"[..]),
        text("long.txt", vec![b'x'; 1 << 20]),
        text("zeros.txt", vec![0; 1000]),
    ];
    let outcome = world.run();
    assert!(outcome.report.success, "{:?}", outcome.errors);
    assert!(world.output("empty_OUTPUT.txt").starts_with("Word\tCount\n"));
    assert!(world.output("invalid_OUTPUT.txt").contains("caf\u{fffd}:\t2\n"));
    assert!(world.output("long_OUTPUT.txt").len() > 1 << 20);
}

#[test]
fn blobs_that_would_leave_the_output_directory_are_refused_and_the_others_kept() {
    let mut world = instant();
    for name in [
        "../evil.txt",
        "/evil.txt",
        "C:\\evil.txt",
        "a//evil.txt",
        "..",
        "b/../../evil.txt",
    ] {
        world.put("output", name, "evil");
    }
    world.put("output", "virtual/directory/good.txt", "good");
    let outcome = world.run();
    let [TutorialError::Download(failures)] = &outcome.errors[..] else {
        panic!("{:?}", outcome.errors);
    };
    assert_eq!(failures.len(), 6);
    assert!(!outcome.report.success);
    let outputs: Vec<String> = world
        .outputs()
        .iter()
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        outputs,
        ["sea_OUTPUT.txt", "sky_OUTPUT.txt", "virtual/directory/good.txt"]
    );
    assert!(!world.directory().join("evil.txt").exists());
}

#[test]
fn what_is_in_the_way_of_an_output_is_told_and_stays() {
    let mut world = instant();
    let output = world.settings.output_directory.clone();
    std::fs::create_dir_all(output.join("sea_OUTPUT.txt")).unwrap();
    std::fs::write(output.join("sky_OUTPUT.txt"), "of an earlier run").unwrap();
    let outcome = world.run();
    let [TutorialError::Download(failures)] = &outcome.errors[..] else {
        panic!("{:?}", outcome.errors);
    };
    assert_eq!(failures[0].0, "sea_OUTPUT.txt");
    assert!(world.output("sky_OUTPUT.txt").contains("sky:\t1"));
    assert_eq!(
        world.outputs().len(),
        1,
        "a part of a download was left: {:?}",
        world.outputs()
    );
}

#[test]
fn a_name_cannot_steer_the_terminal() {
    let mut world = instant();
    world.put("output", "\u{1b}[2Jgone", "text");
    let outcome = world.run();
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    assert!(!world.console.lines.join("").contains('\u{1b}'));
}
