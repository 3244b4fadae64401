"""Colour: spaces, differences, hardware grids and the Morton order."""
