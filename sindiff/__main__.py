"""`python -m sindiff` is the `sindiff` command."""

from sindiff.cli import main

if __name__ == "__main__":
    main()
