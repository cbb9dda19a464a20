"""The program: ``loancrm`` and ``python -m loancrm``."""

import gc
import sys

gc.disable()  # imports make no garbage worth collecting; 0.83 of their time without. Context.store: on again


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        from loancrm.cli import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # while the program was being loaded, or saying what was wrong
        sys.exit(130)


if __name__ == "__main__":
    main()
