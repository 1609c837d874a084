"""Everything that is measured: `python -m bench`."""

from bench import quality

quality.main()
