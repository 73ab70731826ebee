//! Whether the nodes can run the worker that is uploaded.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// How a program begins that a Linux node of the tutorial's image runs: 64 bits, little endian.
const ELF_64: &[u8] = b"\x7fELF\x02\x01";

/// `e_machine` of x86-64.
const X86_64: [u8; 2] = [0x3E, 0];

/// Refuses a file that is no program for Linux on x86-64, with what to do about it.
pub(in crate::cli) fn check(path: &Path) -> Result<(), String> {
    let shown = path.display();
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(20).read_to_end(&mut head))
        .map_err(|error| format!("the worker `{shown}` cannot be read: {error}"))?;
    if is_for_linux_on_x86_64(&head) {
        return Ok(());
    }
    Err(format!(
        "the worker `{shown}` is no program for Linux on x86-64, which is what the nodes run: build one with `cargo \
         build --release --target x86_64-unknown-linux-musl` and give it with `--worker FILE`"
    ))
}

fn is_for_linux_on_x86_64(head: &[u8]) -> bool {
    head.starts_with(ELF_64) && head.get(18..20) == Some(&X86_64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_other_machines_are_told_apart() {
        let elf = |class: u8, machine: u8| {
            let mut head = vec![0x7f, b'E', b'L', b'F', class, 1];
            head.resize(20, 0);
            head[18] = machine;
            head
        };
        assert!(is_for_linux_on_x86_64(&elf(2, 0x3E)));
        for head in [
            elf(1, 3),
            elf(2, 0xB7),
            b"MZ".to_vec(),
            b"#!/bin/sh".to_vec(),
            Vec::new(),
        ] {
            assert!(!is_for_linux_on_x86_64(&head), "{head:?}");
        }
    }
}
