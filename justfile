# What is run again and again; `just` lists it. Without just, run the commands by hand.

_list:
    @just --list

# The inner loop: formatting, types, lints (10 s)
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# All tests, or those whose name has WORD (1 min)
test *WORD:
    cargo test {{WORD}}

# Outputs in README.md and docs/ and the gallery's pictures written anew; read the difference before it is committed
update:
    -UPDATE=1 cargo test --test program
    cargo test --test program docs
    git diff --stat

# Files read back by pandas, openpyxl, LibreOffice, Typst and Chromium; needs python3 (3 min)
readback *WORDS:
    tests/readback/run {{WORDS}}

# The program that makes PDF, and its tests; it has 330 packages (10 min the first time)
pdf:
    cargo fmt --manifest-path crates/mizan-pdf/Cargo.toml --check
    cargo build --release --locked --manifest-path crates/mizan-pdf/Cargo.toml --target-dir target
    cargo test --release --locked --manifest-path crates/mizan-pdf/Cargo.toml --target-dir target
    tests/readback/run test_pdf.py

# The engine for pages, and its tests in Node and Chromium (5 min)
page:
    page/build
    tests/browser/run

# What must hold before a change lands
all:
    .ci/run

# The book, if mdbook is installed; with the engine, if `page/build` made it
book:
    page/book

# The benchmark suite; writes benches/RESULTS.md (10 min)
bench: bench-peers
    cargo bench --bench suite

# The same with fewer draws; writes target/tmp/RESULTS.md (1 min)
bench-quick: bench-peers
    cargo bench --bench suite -- --quick

# Ten minutes of fuzzing, in equal parts for each way in; needs `cargo install cargo-fuzz`
fuzz SECONDS="86":
    fuzz/seed
    for target in script format data prompt document part page; do \
        RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none --jobs 2 $target -- \
            -max_total_time={{SECONDS}} -timeout=20 -rss_limit_mb=2048 -max_len=20000 || exit 1; \
    done

# The environment of the programs that Mizan is compared with
bench-peers:
    test -d benches/peers/.venv || python3 -m venv benches/peers/.venv
    benches/peers/.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement benches/peers/requirements.txt
