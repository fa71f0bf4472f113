"""Studies: arms, tasks and seeds in one file, with a rule of decision fixed beforehand."""
