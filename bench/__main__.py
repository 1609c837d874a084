"""Everything that is measured: `python -m bench`."""

from bench import intake, quality, speed

quality.main()
intake.main()
speed.main()
