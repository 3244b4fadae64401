"""Install palette_core, and its plug-in for GIMP 3. Needs Python 3.9 and its standard library."""
