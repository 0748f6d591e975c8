"""English as Pear writes it: day before month, weeks from Monday. It is read in many countries, not in one."""

FIRST_DAY_OF_WEEK = 1
DATE_FORMAT = "j F Y"
