//! Hands the peers' exact versions from Cargo.lock to the program, so that a result says what was measured.

use std::fs;

const PEERS: [(&str, &str, &str); 4] = [
    ("PEER_RUSTC_LEXER", "ra-ap-rustc_lexer", ""),
    ("PEER_SYN", "syn", "2."),
    ("PEER_TREE_SITTER", "tree-sitter", ""),
    ("PEER_RA_AP_SYNTAX", "ra_ap_syntax", ""),
];

/// The newest version of a package in the lock file (packages are sorted, so the last one).
fn locked(lock: &str, package: &str, prefix: &str) -> String {
    let name = format!("name = \"{package}\"");
    let lines: Vec<&str> = lock.lines().collect();
    lines
        .windows(2)
        .filter(|pair| pair[0] == name)
        .filter_map(|pair| pair[1].strip_prefix("version = \"")?.strip_suffix('"'))
        .rfind(|version| version.starts_with(prefix))
        .unwrap_or("unknown")
        .to_owned()
}

fn main() {
    println!("cargo::rerun-if-changed=Cargo.lock");
    println!("cargo::rerun-if-changed=build.rs");
    let lock = fs::read_to_string("Cargo.lock").unwrap_or_default();
    for (variable, package, prefix) in PEERS {
        let mut version = locked(&lock, package, prefix);
        if variable == "PEER_TREE_SITTER" {
            version += &format!(
                " with tree-sitter-rust {}",
                locked(&lock, "tree-sitter-rust", "")
            );
        }
        println!("cargo::rustc-env={variable}={version}");
    }
}
