"""Arabic: weeks begin on Saturday (Unicode CLDR, as in most countries that read it); Django names no day.

Digits are Western ones (0 to 9) everywhere: Django writes no others, the inputs of browsers mostly show them, both
are read from Rabat to Baghdad, and an hour then looks the same in a page, a mail and a calendar.
"""

FIRST_DAY_OF_WEEK = 6
