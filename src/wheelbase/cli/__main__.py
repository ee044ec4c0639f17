"""`python -m wheelbase.cli` is the `wheelbase` command."""

from wheelbase.cli.main import main

main()
