# The benchmark suite; writes benches/RESULTS.md.
bench: bench-peers
    cargo bench --bench suite

# The same with fewer draws, printed only.
bench-quick: bench-peers
    cargo bench --bench suite -- --quick

# The environment of the programs that Mizan is compared with.
bench-peers:
    test -d benches/peers/.venv || python3 -m venv benches/peers/.venv
    benches/peers/.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement benches/peers/requirements.txt
