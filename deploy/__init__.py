"""Starts the services that Newsbeam runs beside; never part of the wheel, standard library only."""
