"""Everything that is measured: `python -m bench`."""

from bench import intake, quality

quality.main()
intake.main()
