"""The way Pear runs for people: as the environment says, embedded where it says nothing."""

from config.settings.base import *
