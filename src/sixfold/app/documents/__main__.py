"""`python -m sixfold.app.documents`, which is `make docs`."""

from sixfold.app.documents import main

main()
