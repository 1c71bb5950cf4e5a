// What build scripts set, read from their texts.
#include "script_text.h"
#include "unit_test.h"

namespace {

using namespace rp;

CfgSet facts_of_linux() {
  CfgSet cfg;
  for (const manifest::CfgFact& f : find_target("x86_64-unknown-linux-gnu")->facts)
    f.has_value ? cfg.add(f.key, f.value) : cfg.add(f.key);
  cfg.add("feature", "std");
  cfg.add("by_flag");  // as RUSTFLAGS would set it
  cfg.add("feature", "raw-mode");
  cfg.finish();
  return cfg;
}

// "sure maybe? begin* !": facts that are set, that may be, beginnings of names, and whether any name may be set.
std::string set_by(std::string_view text, CompilerModel compiler = {}) {
  const CfgSet cfg = facts_of_linux();
  const ScriptFacts facts = test::read_script_text(text, cfg, compiler);
  assert_true(facts.has_script);
  std::string out;
  for (const ScriptFact& f : facts.facts) {
    out += (out.empty() ? "" : " ") + f.key;
    if (f.has_value) out += f.any_value ? "=*" : "=" + f.value;
    if (!f.certain) out += "?";
  }
  for (const std::string& begin : facts.open_names) out += (out.empty() ? "" : " ") + begin + "*";
  if (facts.anything) out += "!";
  return out;
}

std::string in_main(std::string_view statements, CompilerModel compiler = {}) {
  return set_by("use std::env;\nfn main() {\n" + std::string(statements) + "\n}\n", compiler);
}

void what_is_printed(void**) {
  assert_text_equal(in_main(R"rs(println!("cargo:rustc-cfg=a"); println!("cargo::rustc-cfg=b=\"x y\"");)rs"),
                    "a b=x y");
  // Mentioned, not printed.
  assert_text_equal(in_main(R"rs(
    // println!("cargo:rustc-cfg=comment");
    println!("cargo:rustc-check-cfg=cfg(checked)");
    println!("cargo:rerun-if-changed=cargo:rustc-cfg=path");
    let s = "cargo:rustc-cfg=string";
    eprintln!("cargo:rustc-cfg=error");
    println!("cargo:warning=cargo:rustc-cfg={}", "x");)rs"),
                    "");
  // Names put together.
  assert_text_equal(in_main(R"rs(
    for name in ["a", "b"] { println!("cargo:rustc-cfg={}", name); }
    for (name, on) in &[("c", true), ("d", false)] { if *on { println!("cargo:rustc-cfg=has_{name}"); } }
    let e = format!("e_{}", 1 + 1);
    println!("cargo:rustc-cfg={e}");
    println!("cargo:rustc-cfg=key={:?}", "value");
    print!("cargo:rustc-cfg=f\ncargo:rustc-cfg=g\n");)rs"),
                    "a b e_2 f g has_c key=value");
  assert_text_equal(in_main("println!(\"cargo:rustc-cfg={}\", something());"), "!");
  assert_text_equal(in_main("println!(\"{}\", something());"), "!");
  assert_text_equal(in_main("println!(\"cargo:rustc-cfg=open_{}\", something());"), "open_*");
  assert_text_equal(in_main("println!(\"cargo:rustc-cfg=key=\\\"{}\\\"\", something());"), "key=*?");
  assert_text_equal(in_main("println!(\"cargo:rustc-link-lib={}\", something());"), "");
  // Through functions, constants, macros, closures, writers.
  assert_text_equal(set_by(R"rs(
use std::io::Write;
const NAME: &str = "by_constant";
fn set(name: &str) { println!("cargo:rustc-cfg={}", name); }
struct Out { prefix: &'static str }
impl Out { fn emit(&self, name: &str) { println!("cargo:rustc-cfg={}_{}", self.prefix, name); } }
macro_rules! emit { ($name:expr) => { println!("cargo:rustc-cfg={}", $name) }; }
fn main() {
    set(NAME); set("by_call");
    Out { prefix: "out" }.emit("x");
    emit!("by_macro");
    let close = |n: &str| println!("cargo:rustc-cfg={}", n);
    close("by_closure");
    ["each"].iter().for_each(|n| println!("cargo:rustc-cfg={}", n));
    ["function"].iter().map(|n| n.to_string()).for_each(|n| set(&n));
    let mut out = std::io::stdout();
    writeln!(out, "cargo:rustc-cfg=written").unwrap();
    // Where this goes is not followed: it may be the output.
    writeln!(&mut std::fs::File::create("x").unwrap(), "cargo:rustc-cfg=to_a_file").unwrap();
}
)rs"),
                    "by_call by_closure by_constant by_macro each function out_x to_a_file? written");
}

void conditions(void**) {
  const std::string_view emit = "fn e(n: &str) { println!(\"cargo:rustc-cfg={}\", n); } use std::env; fn main() { ";
  const auto check = [&](std::string_view statements, std::string_view wanted) {
    assert_text_equal(set_by(std::string(emit) + std::string(statements) + " }"), wanted);
  };
  check(R"rs(let os = env::var("CARGO_CFG_TARGET_OS").unwrap();
           if os == "linux" { e("a") } else { e("b") }
           match os.as_str() { "windows" | "macos" => e("c"), o if o.starts_with("lin") => e("d"), _ => e("f") }
           if env::var_os("CARGO_CFG_UNIX").is_some() { e("u") } else { e("w") })rs",
        "a d u");
  check(R"rs(if env::var("CARGO_FEATURE_STD").is_ok() { e("a") }
           if env::var("CARGO_FEATURE_RAW_MODE").is_ok() { e("b") }
           if env::var("CARGO_FEATURE_OTHER").is_ok() { e("c") }
           if cfg!(feature = "std") { e("d") } if cfg!(not(feature = "std")) { e("f") }
           if cfg!(windows) { e("host") } if cfg!(of_rustflags) { e("g") })rs",
        "a b d host?");
  check(R"rs(if let Ok("64") = env::var("CARGO_CFG_TARGET_POINTER_WIDTH").as_deref() { e("wide") }
           let target = env::var("TARGET").unwrap();
           if target.contains("musl") { e("m") } if target.starts_with("x86_64-") { e("x") })rs",
        "wide x");
  // Variables that nobody set are not there; what other scripts and systems say is unknown.
  check(R"rs(if env::var("MY_SPECIAL_FLAG").is_ok() { e("a") } if env::var("DEP_Z_ROOT").is_ok() { e("b") }
           if env::var("PROFILE").unwrap() == "release" { e("c") } if env::var_os("CI").is_some() { e("d") })rs",
        "b? c? d?");
  // What both ways do is certain, whatever decides.
  check(R"rs(let n = if unknown() { "a" } else { "a" }; e(n);
           if unknown() { e("b"); } else { e("b"); e("c"); }
           let x; if unknown() { x = 1; } else { x = 2; } if x > 0 { e("d"); })rs",
        "a b? c? d?");
  // A way that ends in a panic is none.
  check(R"rs(if unknown() { panic!("no") } else { e("a") }
           match unknown() { 1 => e("b"), 2 => std::process::exit(1), _ => unreachable!() }
           let Some(x) = other() else { panic!() }; e("c");)rs",
        "a b c");
  // A way that ends early makes what follows uncertain.
  check(R"rs(e("a"); if unknown() { return; } e("b");)rs", "a b?");
  check(R"rs(e("a"); if unknown() { std::process::exit(0); } e("b");)rs", "a b?");
  check(R"rs(for x in [1, 2] { if unknown() { continue; } e("a"); } e("b");
           for x in things() { e("c"); if x == 1 { break; } } e("d");
           loop { if unknown() { break; } e("f"); } e("g"); while more() { e("h"); } e("i");
           let mut n = 0; while n < 3 { n += 1; if n == 2 { e("two"); } })rs",
        "a? b c? d f? g h? i two");
  // What a loop or a borrow may change is not known.
  check(R"rs(let mut on = false; for x in things() { if x { on = true; } } if on { e("a"); }
           let mut off = false; change(&mut off); if off { e("b"); }
           let mut list = vec!["x"]; list.sort(); for l in list { e(l); })rs",
        "a? b? x");
  check(R"rs(let mut names = Vec::new(); names.push("p"); names.push("q"); for n in &names { e(n); }
           let text = "1 2 3"; let n: u32 = text.split(' ').nth(1).unwrap().parse().unwrap(); if n == 2 { e("n"); })rs",
        "n p q");
  // What a method of a part, or of what another method gave, changes.
  check(R"rs(let v = "1.2"; let a = v.split('.').next().unwrap(); if v == "1.2" && a == "1" { e("a"); }
           struct L { items: Vec<u8>, on: bool } let mut l = L { items: vec![], on: true }; l.items.push(1);
           if l.on { e("b"); }
           let mut o = Some(vec!["x"]); if let Some(ref mut p) = o { p.push("y"); } for n in o.unwrap() { e(n); }
           std::env::set_var("MINE", "1"); if env::var("MINE").is_ok() { e("c"); })rs",
        "a b? c?!");
  check(R"rs(#[cfg(feature = "std")] println!("cargo:rustc-cfg=a");
           #[cfg(not(feature = "std"))] println!("cargo:rustc-cfg=b");
           #[cfg(windows)] println!("cargo:rustc-cfg=c");
           #[cfg(feature = "std")] { e("d"); } #[cfg(not(feature = "std"))] { e("f"); })rs",
        "a c? d");
  check("trait_method(); env::var(\"NOT_SET\").unwrap(); e(\"a\");", "!");
  assert_text_equal(set_by("trait Emit { fn emit(&self); } impl Emit for str { fn emit(&self) { "
                           "println!(\"cargo:rustc-cfg={}\", self); } } fn main() { \"a\".emit(); }"),
                    "a");
  // Other crates may print; those that are known not to do so do not.
  check("if cfg!(by_flag) { e(\"a\"); } if cfg!(not_by_flag) { e(\"b\"); }", "a?");
  check("cc::Build::new().file(\"x.c\").compile(\"x\");", "");
  check("strange::emit();", "!");
  check("strange::emit!();", "!");
  check("function_of_nowhere();", "");
}

constexpr std::string_view kMinor = R"rs(
use std::{env, process::Command, str};
fn minor() -> Option<u32> {
    let rustc = env::var_os("RUSTC")?;
    let output = Command::new(rustc).arg("--version").output().ok()?;
    let version = str::from_utf8(&output.stdout).ok()?;
    let mut pieces = version.split('.');
    if pieces.next() != Some("rustc 1") { return None; }
    pieces.next()?.parse().ok()
}
fn main() {
    let minor = match minor() { Some(m) => m, None => return };
    if minor < 80 { println!("cargo:rustc-cfg=old"); }
    if minor >= 70 { println!("cargo:rustc-cfg=new"); }
}
)rs";

void compilers(void**) {
  const std::string_view parse = "pieces.next()?.parse().ok()";
  std::string by_type(kMinor);
  by_type.replace(by_type.find(parse), parse.size(), "u32::from_str(pieces.next()?).ok()");
  assert_text_equal(set_by(by_type), "new");
  assert_text_equal(set_by(by_type, {60, false}), "old");
  assert_text_equal(set_by(kMinor), "new");
  assert_text_equal(set_by(kMinor, {75, true}), "new old");
  assert_text_equal(set_by(kMinor, {60, false}), "old");
  assert_text_equal(set_by(kMinor, {0, false}), "new? old?");
  const std::string_view nightly = R"rs(
    let out = std::process::Command::new(env::var("RUSTC").unwrap()).arg("--version").output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    if text.contains("nightly") { println!("cargo:rustc-cfg=nightly"); }
    println!("cargo:rustc-cfg=always");)rs";
  assert_text_equal(in_main(nightly), "always nightly?");
  assert_text_equal(in_main(nightly, {96, true}), "always");
  assert_text_equal(in_main(R"rs(
    if version_check::is_min_version("1.50.0").unwrap_or(false) { println!("cargo:rustc-cfg=a"); }
    if version_check::is_min_version("1.99.0").unwrap_or(false) { println!("cargo:rustc-cfg=b"); }
    if let Some(true) = version_check::is_feature_flaggable() { println!("cargo:rustc-cfg=c"); }
    if rustc_version::version().unwrap() >= rustc_version::Version::new(1, 36, 0) { println!("cargo:rustc-cfg=d"); }
    let meta = rustc_version::version_meta().unwrap();
    if meta.channel == rustc_version::Channel::Nightly { println!("cargo:rustc-cfg=f"); }
    if meta.semver.minor < 40 { println!("cargo:rustc-cfg=g"); })rs"),
                    "a c? d f?");
  assert_text_equal(in_main(R"rs(
    let ac = match autocfg::AutoCfg::new() { Ok(a) => a, Err(_) => return };
    ac.emit_rustc_version(1, 36); ac.emit_rustc_version(1, 200);
    ac.emit_has_type("i128"); ac.emit_expression_cfg("1 + 1", "has_sum");
    if ac.probe_rustc_version(1, 60) { autocfg::emit("sixty"); }
    autocfg::rerun_path("build.rs");)rs"),
                    "has_i128? has_sum? rustc_1_36 sixty");
  assert_text_equal(set_by("#[rustversion::since(1.50)] fn f() { println!(\"cargo:rustc-cfg=new\"); }\n"
                           "#[rustversion::before(1.50)] fn f() { println!(\"cargo:rustc-cfg=old\"); }\n"
                           "fn main() { f(); }"),
                    "new");
}

// A compiler that is run on a file which asks for an unstable feature.
void probes(void**) {
  const CfgSet cfg = facts_of_linux();
  test::ScriptTexts files;
  files.files["/p/build.rs"] = R"rs(
mod helper;
use std::{env, path::Path, process::Command};
fn probe(file: &str) -> bool {
    let mut cmd = Command::new(env::var("RUSTC").unwrap());
    cmd.arg("--edition=2021").arg("--emit=metadata").arg(Path::new("probes").join(file));
    if let Some(target) = env::var_os("TARGET") { cmd.arg("--target").arg(target); }
    match cmd.status() { Ok(status) => status.success(), Err(_) => false }
}
fn main() {
    if probe("unstable.rs") { println!("cargo:rustc-cfg=unstable"); }
    if probe("stable.rs") { println!("cargo:rustc-cfg=stable"); }
    if Path::new("probes/stable.rs").exists() { println!("cargo:rustc-cfg=there"); }
    if std::fs::metadata("probes/other.rs").is_ok() { println!("cargo:rustc-cfg=not_there"); }
    helper::emit();
}
)rs";
  files.files["/p/helper.rs"] = "pub fn emit() { println!(\"cargo:rustc-cfg=of_a_module\"); }\n";
  files.files["/p/probes/unstable.rs"] = "#![feature(x)]\n";
  files.files["/p/probes/stable.rs"] = "fn main() {}\n";
  BuildScriptInput input;
  input.path = std::string("/p/build.rs");
  input.package_folder = std::string("/p");
  input.edition = Edition::k2021;
  input.cfg = &cfg;
  input.target = "x86_64-unknown-linux-gnu";
  for (const bool stable : {false, true}) {
    input.compiler.stable = stable;
    const ScriptFacts facts = read_build_script(input, files);
    assert_false(facts.anything);
    assert_int_equal(facts.may_set("unstable", {}, false), !stable);
    assert_true(facts.may_set("stable", {}, false));
    assert_false(facts.may_set("not_there", {}, false));
    std::string sure;
    for (const ScriptFact& f : facts.facts)
      if (f.certain) sure += f.key + " ";
    assert_text_equal(sure, "of_a_module there ");
  }
}

// Work is bounded whatever stands in a script.
void hostile(void**) {
  assert_text_equal(set_by("fn f() { f(); f(); } fn main() { f(); }"), "!");
  assert_text_equal(set_by("fn main() { loop { for i in 0..100 { for j in 0..100 { x(i, j); } } } }"), "!");
  std::string deep = "fn main() { let x = ";
  for (int i = 0; i < 3000; ++i) deep += "Some(";
  deep += "1";
  for (int i = 0; i < 3000; ++i) deep += ")";
  assert_text_equal(set_by(deep + "; println!(\"cargo:rustc-cfg=a\"); }"), "!");
  assert_text_equal(set_by("fn main() { println!(\"cargo:rustc-cfg=a\") "), "a");
  assert_text_equal(set_by("no rust at all"), "!");
  assert_text_equal(set_by(std::string("fn main() { let f = |g| g(g); f(f); }")), "!");
  // Values that double do not fill the memory.
  std::string large = "fn main() { let mut s = String::from(\"x\"); let mut l = vec![1];";
  for (int i = 0; i < 200; ++i) large += " s = format!(\"{0}{0}\", s); l = vec![l, l];";
  assert_text_equal(set_by(large + " println!(\"cargo:rustc-cfg=a\"); }"), "a");
  std::string wide = "fn main() { println!(\"cargo:rustc-cfg=a\");";
  for (int i = 0; i < 3000; ++i) wide += " let v" + std::to_string(i) + " = 1; if x() { v" + std::to_string(i) + "; }";
  assert_text_equal(set_by(wide + "}"), "a?!");
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(what_is_printed), cmocka_unit_test(conditions), cmocka_unit_test(compilers),
           cmocka_unit_test(probes), cmocka_unit_test(hostile))
