//! Measures one Rust lexer or parser from the registry over a list of files, in one thread.
//!
//!     peers LIST --peer NAME [--rounds N] [--accepted FILE] [--no-check]
//!
//! Each line of LIST is a path, or an edition, a tab and a path. All files are read into memory first; those that are
//! not UTF-8 are left out. After one warm-up, N rounds over the files that the peer accepts are timed. A line of JSON
//! goes to standard output; with --accepted, the lines of LIST that were timed go to FILE. With --no-check all files
//! are timed (for a list that --accepted wrote).
//! A round makes one tree at a time and frees it before the next file, so freeing is part of the time.

use std::fmt::Write as _;
use std::hint::black_box;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::process::ExitCode;
use std::time::Instant;

/// Deep nesting overflows the stack of recursive parsers; pages that are not touched cost nothing.
const STACK_BYTES: usize = 4 << 30;

const PEERS: &str = "rustc_lexer, rustc_lexer_kept, syn, tree-sitter, ra_ap_syntax";

struct Input {
    line: String,
    edition: Edition,
    text: String,
}

#[derive(Clone, Copy)]
enum Edition {
    E2015,
    E2018,
    E2021,
    E2024,
}

trait Peer {
    const VERSION: &'static str;
    /// Does the work of a user and returns how many tokens, items or bytes came of it, so that none is optimised away.
    fn work(&mut self, input: &Input) -> usize;
    /// Whether the peer takes the file without an error; not timed.
    fn accepts(&mut self, input: &Input) -> bool;
}

/// Tokens are counted and forgotten: the lexer at its fastest, since the compiler may leave out parts of their kinds.
struct RustcLexer;

/// Tokens are kept in one array that is used for every file, as a front end that looks at them again has to.
#[derive(Default)]
struct RustcLexerKept(Vec<rustc_lexer::Token>);

fn rustc_tokens(text: &str) -> impl Iterator<Item = rustc_lexer::Token> + '_ {
    let start = rustc_lexer::strip_shebang(text).unwrap_or(0);
    rustc_lexer::tokenize(&text[start..], rustc_lexer::FrontmatterAllowed::Yes)
}

impl Peer for RustcLexer {
    const VERSION: &'static str = env!("PEER_RUSTC_LEXER");

    fn work(&mut self, input: &Input) -> usize {
        let (mut tokens, mut bytes) = (0, 0);
        for token in rustc_tokens(&input.text) {
            tokens += 1;
            bytes += token.len;
        }
        black_box(bytes);
        tokens
    }

    fn accepts(&mut self, _: &Input) -> bool {
        true
    }
}

impl Peer for RustcLexerKept {
    const VERSION: &'static str = env!("PEER_RUSTC_LEXER");

    fn work(&mut self, input: &Input) -> usize {
        self.0.clear();
        self.0.extend(rustc_tokens(&input.text));
        black_box(&self.0).len()
    }

    fn accepts(&mut self, _: &Input) -> bool {
        true
    }
}

struct Syn;

impl Peer for Syn {
    const VERSION: &'static str = env!("PEER_SYN");

    fn work(&mut self, input: &Input) -> usize {
        match syn::parse_file(&input.text) {
            Ok(file) => black_box(&file).items.len(),
            Err(_) => 0,
        }
    }

    fn accepts(&mut self, input: &Input) -> bool {
        syn::parse_file(&input.text).is_ok()
    }
}

struct TreeSitter(tree_sitter::Parser);

impl TreeSitter {
    fn new() -> Self {
        let mut parser = tree_sitter::Parser::new();
        parser
            .set_language(&tree_sitter_rust::LANGUAGE.into())
            .expect("the grammar fits the library");
        TreeSitter(parser)
    }
}

impl Peer for TreeSitter {
    const VERSION: &'static str = env!("PEER_TREE_SITTER");

    fn work(&mut self, input: &Input) -> usize {
        let tree = self.0.parse(&input.text, None);
        black_box(&tree)
            .as_ref()
            .map_or(0, |tree| tree.root_node().end_byte())
    }

    fn accepts(&mut self, input: &Input) -> bool {
        self.0
            .parse(&input.text, None)
            .is_some_and(|tree| !tree.root_node().has_error())
    }
}

struct RaApSyntax;

impl RaApSyntax {
    fn parse(input: &Input) -> ra_ap_syntax::Parse<ra_ap_syntax::SourceFile> {
        let edition = match input.edition {
            Edition::E2015 => ra_ap_syntax::Edition::Edition2015,
            Edition::E2018 => ra_ap_syntax::Edition::Edition2018,
            Edition::E2021 => ra_ap_syntax::Edition::Edition2021,
            Edition::E2024 => ra_ap_syntax::Edition::Edition2024,
        };
        ra_ap_syntax::SourceFile::parse(&input.text, edition)
    }
}

impl Peer for RaApSyntax {
    const VERSION: &'static str = env!("PEER_RA_AP_SYNTAX");

    fn work(&mut self, input: &Input) -> usize {
        let parse = black_box(Self::parse(input));
        u32::from(parse.syntax_node().text_range().len()) as usize
    }

    fn accepts(&mut self, input: &Input) -> bool {
        Self::parse(input).errors().is_empty()
    }
}

struct Measured {
    version: &'static str,
    files: usize,
    bytes: usize,
    files_failed: usize,
    units: usize,
    seconds: Vec<f64>,
    timed: Vec<String>,
}

fn measure<P: Peer>(mut peer: P, inputs: Vec<Input>, options: &Options) -> Measured {
    let all = inputs.len();
    let inputs: Vec<Input> = inputs
        .into_iter()
        .filter(|input| {
            !options.check
                || catch_unwind(AssertUnwindSafe(|| peer.accepts(input))).unwrap_or(false)
        })
        .collect();
    let mut round = || inputs.iter().map(|input| peer.work(input)).sum::<usize>();
    let units = black_box(round());
    let mut seconds = Vec::with_capacity(options.rounds);
    for _ in 0..options.rounds {
        let start = Instant::now();
        black_box(round());
        seconds.push(start.elapsed().as_secs_f64());
    }
    Measured {
        version: P::VERSION,
        files: inputs.len(),
        bytes: inputs.iter().map(|input| input.text.len()).sum(),
        files_failed: all - inputs.len(),
        units,
        seconds,
        timed: inputs.into_iter().map(|input| input.line).collect(),
    }
}

fn load(list: &str) -> Result<(Vec<Input>, usize), String> {
    let lines = std::fs::read_to_string(list).map_err(|error| format!("{list}: {error}"))?;
    let mut inputs = Vec::new();
    let mut not_utf8 = 0;
    for line in lines.lines().filter(|line| !line.is_empty()) {
        let (edition, path) = match line.split_once('\t') {
            Some(("2015", path)) => (Edition::E2015, path),
            Some(("2018", path)) => (Edition::E2018, path),
            Some(("2021", path)) => (Edition::E2021, path),
            Some(("2024", path)) => (Edition::E2024, path),
            Some((edition, path)) => return Err(format!("{path}: no edition {edition}")),
            None => (Edition::E2021, line),
        };
        let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
        match String::from_utf8(bytes) {
            Ok(text) => inputs.push(Input {
                line: line.to_owned(),
                edition,
                text,
            }),
            Err(_) => not_utf8 += 1,
        }
    }
    Ok((inputs, not_utf8))
}

struct Options {
    list: String,
    peer: String,
    rounds: usize,
    accepted: Option<String>,
    check: bool,
}

fn options() -> Option<Options> {
    let mut options = Options {
        list: String::new(),
        peer: String::new(),
        rounds: 5,
        accepted: None,
        check: true,
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--peer" => options.peer = args.next()?,
            "--rounds" => options.rounds = args.next()?.parse().ok()?,
            "--accepted" => options.accepted = Some(args.next()?),
            "--no-check" => options.check = false,
            _ if !arg.starts_with('-') && options.list.is_empty() => options.list = arg,
            _ => return None,
        }
    }
    (!options.list.is_empty() && !options.peer.is_empty() && options.rounds > 0).then_some(options)
}

fn run(options: &Options) -> Result<String, String> {
    let (inputs, not_utf8) = load(&options.list)?;
    let measured = match options.peer.as_str() {
        "rustc_lexer" => measure(RustcLexer, inputs, options),
        "rustc_lexer_kept" => measure(RustcLexerKept::default(), inputs, options),
        "syn" => measure(Syn, inputs, options),
        "tree-sitter" => measure(TreeSitter::new(), inputs, options),
        "ra_ap_syntax" => measure(RaApSyntax, inputs, options),
        other => return Err(format!("no peer {other}; there are {PEERS}")),
    };
    if let Some(file) = &options.accepted {
        let text: String = measured
            .timed
            .iter()
            .flat_map(|line| [line.as_str(), "\n"])
            .collect();
        std::fs::write(file, text).map_err(|error| format!("{file}: {error}"))?;
    }
    let mut json = format!(
        "{{\"peer\": \"{}\", \"version\": \"{}\", \"files\": {}, \"bytes\": {}, \"files_failed\": {}, \
         \"files_not_utf8\": {}, \"units\": {}, \"seconds\": [",
        options.peer,
        measured.version,
        measured.files,
        measured.bytes,
        measured.files_failed,
        not_utf8,
        measured.units
    );
    for (i, seconds) in measured.seconds.iter().enumerate() {
        let _ = write!(json, "{}{seconds:.6}", if i == 0 { "" } else { ", " });
    }
    json.push_str("]}");
    Ok(json)
}

fn main() -> ExitCode {
    let Some(options) = options() else {
        eprintln!("usage: peers LIST --peer NAME [--rounds N] [--accepted FILE] [--no-check]");
        return ExitCode::from(2);
    };
    std::panic::set_hook(Box::new(|_| {})); // a file on which a peer panics is counted as failed
    let worker = std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || run(&options))
        .expect("a thread can be started");
    match worker.join() {
        Ok(Ok(json)) => {
            println!("{json}");
            ExitCode::SUCCESS
        }
        Ok(Err(message)) => {
            eprintln!("peers: {message}");
            ExitCode::from(3)
        }
        Err(_) => {
            eprintln!("peers: the peer panicked");
            ExitCode::from(4)
        }
    }
}
