# The commands of everyday work; `just` lists them.

default:
    @just --list

# Build the sample site into public/.
build *ARGS:
    cargo run --release -- build {{ARGS}}

# Everything that must pass before a commit.
check:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings
    cargo test --locked

# The same, as CI does it.
ci:
    bash .ci/run

# Take over the messages that changed on purpose.
accept-messages:
    INSTA_UPDATE=always cargo test --test bad_input

# Whole builds of so many articles, as a table.
bench ARTICLES="10000":
    bash tests/bench/run.sh {{ARTICLES}}
